//! The query of a request, taken out parameter by parameter like the members of a body.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use crate::domain::hook::HookId;
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::page::{PageRequest, SortDir};
use crate::http::Api;
use crate::http::codes;
use crate::http::error::ApiError;

/// The parameters that are still to be taken out.
#[derive(Debug)]
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
    faults: Vec<Invalid>,
}

impl FromRequestParts<Api> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, ApiError> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|cause| ApiError::new(codes::FORM, format!("the query cannot be read: {cause}")))?;
        Ok(Self { pairs, faults: Vec::new() })
    }
}

impl Parameters {
    /// Every value of `name`, in the order given.
    fn all(&mut self, name: &str) -> Vec<String> {
        self.pairs.extract_if(.., |(given, _)| given == name).map(|(_, value)| value).collect()
    }

    /// The one value of `name`.
    pub(super) fn one(&mut self, name: &str) -> Option<String> {
        let mut values = self.all(name);
        if values.len() > 1 {
            self.fault(name, Rule::Form("must be given at most once"));
        }
        values.pop()
    }

    /// The one value of `name`, turned into what it stands for.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let text = self.one(name)?;
        self.keep(parse(&text))
    }

    /// The id that must belong to the name in the path.
    pub(super) fn hook_id(&mut self) -> Option<HookId> {
        self.parsed("hook_id", |text| HookId::parse("hook_id", text))
    }

    /// Whether the flag `name` is `true`; false unless given.
    pub(super) fn flag(&mut self, name: &str) -> bool {
        let flag = self.parsed(name, |text| {
            let words = || Rule::NotOneOf(vec!["true".to_owned(), "false".to_owned()]);
            text.parse().map_err(|_| Invalid::new(name, words()))
        });
        flag.unwrap_or_default()
    }

    /// The page of `list`, a text that names the list and every parameter that changes its rows; sorted by `sort_key`
    /// and `sort_dir` when the list has them.
    pub(super) fn page(&mut self, list: &str, sorts: Sorts) -> Option<PageRequest> {
        let dir = match sorts {
            Sorts::ByCreateTime => self.sort_dir(),
            Sorts::NewestFirst => SortDir::Desc,
        };
        let limit = self.limit();
        let marker = self.one("marker");
        if let Some(text) = &marker {
            if text.is_empty() {
                self.fault("marker", Rule::TooShort { min: 1 });
                return None;
            }
            if text.chars().count() > PageRequest::MAX_MARKER {
                self.fault("marker", Rule::TooLong { max: PageRequest::MAX_MARKER });
                return None;
            }
        }
        self.keep(PageRequest::parse(list, limit, dir, marker.as_deref()))
    }

    /// Everything that is wrong, what was left over included; `allowed` are the parameters there could have been.
    pub(super) fn finish(mut self, allowed: &'static [&'static str]) -> Vec<Invalid> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            self.fault(&name, Rule::Unrecognised { allowed });
        }
        self.faults
    }

    /// The page, unless anything is wrong; `allowed` are the parameters there could have been.
    pub(super) fn complete(
        self,
        page: Option<PageRequest>,
        allowed: &'static [&'static str],
    ) -> Result<PageRequest, ApiError> {
        ApiError::check(self.finish(allowed))?;
        page.ok_or_else(|| Invalid::new("marker", Rule::ForeignMarker).into())
    }

    /// `hook_id`, the only parameter of most calls.
    pub(super) fn only_hook_id(mut self) -> Result<Option<HookId>, ApiError> {
        let id = self.hook_id();
        ApiError::check(self.finish(&["hook_id"]))?;
        Ok(id)
    }

    /// `explain`, the only parameter of the calls that judge.
    pub(super) fn only_explain(mut self) -> Result<bool, ApiError> {
        let explain = self.flag("explain");
        ApiError::check(self.finish(&["explain"]))?;
        Ok(explain)
    }

    fn limit(&mut self) -> u32 {
        let (min, max) = (PageRequest::MIN_LIMIT, PageRequest::MAX_LIMIT);
        let Some(text) = self.one("limit") else { return max };
        match text.parse() {
            Ok(limit) if (min..=max).contains(&limit) => limit,
            _ => {
                self.fault("limit", Rule::NotInRange { min: min.into(), max: max.into() });
                max
            }
        }
    }

    /// The direction of the only legal key: the pairing of several keys is lost in the client, so keys must be one.
    fn sort_dir(&mut self) -> SortDir {
        let (keys, dirs) = (self.all("sort_key"), self.all("sort_dir"));
        if keys.iter().any(|key| key != "create_time") {
            self.fault("sort_key", Rule::NotOneOf(vec!["create_time".to_owned()]));
        }
        if keys.len() != dirs.len() {
            self.fault("sort_dir", Rule::Together("must be given as often as `sort_key`"));
        } else if keys.len() > 1 {
            self.fault("sort_key", Rule::Form("must be given at most once"));
        }
        match dirs.last().map(String::as_str) {
            Some("asc") => SortDir::Asc,
            Some("desc") | None => SortDir::Desc,
            Some(_) => {
                let words = vec!["asc".to_owned(), "desc".to_owned()];
                self.fault("sort_dir", Rule::NotOneOf(words));
                SortDir::Desc
            }
        }
    }

    fn keep<T>(&mut self, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|invalid| self.faults.push(invalid)).ok()
    }

    fn fault(&mut self, name: &str, rule: Rule) {
        self.faults.push(Invalid::new(name, rule));
    }
}

/// Whether a list can be sorted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sorts {
    /// By creation time, both ways, as `sort_key` and `sort_dir` say.
    ByCreateTime,
    /// Newest first, always.
    NewestFirst,
}
