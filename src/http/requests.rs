//! The shapes of request bodies, for `/openapi.json`. Bodies are read by [`super::fields`], which reports every fault at
//! once; a test holds these shapes against the fields that are really read.
#![expect(dead_code, reason = "only the schemas are used")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// The body of `CreatePrivateHook`; one of `policy_body` and `policy_uri` is required.
#[derive(ToSchema)]
pub(super) struct CreatePrivateHookBody {
    /// Latin and Chinese letters, digits, `_`, `-`, beginning with a letter.
    #[schema(max_length = 128, example = "public-buckets-hook")]
    hook_name: String,
    /// A semantic version; it becomes the default version.
    #[schema(min_length = 5, max_length = 128, example = "1.0.0")]
    hook_version: String,
    #[schema(max_length = 1024)]
    hook_description: Option<String>,
    #[schema(max_length = 1024)]
    hook_version_description: Option<String>,
    configuration: Option<ConfigurationPatchBody>,
    /// Rego v1 in package `policy`.
    policy_body: Option<String>,
    /// `http(s)://….rego`, `http(s)://….zip`, or a `data:` URI that holds the policy itself.
    policy_uri: Option<String>,
}

/// How a hook takes part; what is absent keeps its value, at first `NONE` and `WARN`.
#[derive(ToSchema)]
pub(super) struct ConfigurationPatchBody {
    /// `NONE` or `ALL`.
    target_stacks: Option<String>,
    /// `WARN` or `FAIL`.
    failure_mode: Option<String>,
}

/// The body of `CreatePrivateHookVersion`; one of `policy_body` and `policy_uri` is required.
#[derive(ToSchema)]
pub(super) struct CreatePrivateHookVersionBody {
    /// A semantic version that the hook does not have yet.
    #[schema(min_length = 5, max_length = 128, example = "1.1.0")]
    hook_version: String,
    #[schema(max_length = 1024)]
    hook_version_description: Option<String>,
    /// Must be the id of the hook of that name.
    hook_id: Option<String>,
    /// Rego v1 in package `policy`.
    policy_body: Option<String>,
    /// `http(s)://….rego`, `http(s)://….zip`, or a `data:` URI that holds the policy itself.
    policy_uri: Option<String>,
}

/// The body of `UpdatePrivateHookMetadata`; at least one of the first three is required.
#[derive(ToSchema)]
pub(super) struct UpdatePrivateHookMetadataBody {
    #[schema(max_length = 1024)]
    hook_description: Option<String>,
    /// A version that the hook has: the one that decides from now on.
    default_version: Option<String>,
    configuration: Option<ConfigurationPatchBody>,
    /// Must be the id of the hook of that name.
    hook_id: Option<String>,
}

/// The stack an operation is about.
#[derive(ToSchema)]
pub(super) struct OperationStackBody {
    /// Any printable text.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    id: Option<String>,
    /// At most 64.
    labels: Option<BTreeMap<String, String>>,
}

/// The body of `BeginOperation`.
#[derive(ToSchema)]
pub(super) struct BeginOperationBody {
    /// `DeployStack` and the like, or a name of the setting `operations.extra`.
    #[schema(example = "DeployStack")]
    operation: String,
    stack: OperationStackBody,
    /// Who started it.
    actor: Option<String>,
    /// What policies judge: a plan as `terraform show -json` prints it, for example.
    #[schema(value_type = Option<Object>)]
    input: Option<()>,
    /// Deny it if no hook has judged it, whatever the server's setting `require_hooks` says.
    require_hooks: Option<bool>,
}

/// The body of `ReportOutcome`.
#[derive(ToSchema)]
pub(super) struct ReportOutcomeBody {
    /// `SUCCEEDED` or `FAILED`.
    #[schema(example = "SUCCEEDED")]
    status: String,
    /// Why it failed; kept up to 8 KiB.
    error: Option<String>,
    /// What the work gave; at most 64 KiB.
    #[schema(value_type = Option<Object>)]
    outputs: Option<()>,
}

/// The body of `CheckOperation`.
#[derive(ToSchema)]
pub(super) struct CheckOperationBody {
    /// `DeployStack` and the like, or a name of the setting `operations.extra`.
    #[schema(example = "DeployStack")]
    operation: String,
    stack: OperationStackBody,
    /// Who would start it.
    actor: Option<String>,
    /// What policies judge: a plan as `terraform show -json` prints it, for example.
    #[schema(value_type = Option<Object>)]
    input: Option<()>,
    /// Deny it if no hook has judged it, whatever the server's setting `require_hooks` says.
    require_hooks: Option<bool>,
    /// Judge with these instead of the account's hooks.
    hooks: Option<Vec<CheckedHookBody>>,
}

/// A registered hook by name and, if not the default, version; or a policy that nobody has stored.
#[derive(ToSchema)]
pub(super) struct CheckedHookBody {
    hook_name: Option<String>,
    hook_version: Option<String>,
    policy_body: Option<String>,
}
