//! The catalogue of error codes: `RF.` and eight digits, in the bands of the contract.
//!
//! Most numbers are the service's own, as its tables show them. Those that end in 9xx (400, 405, 413, 503) or 9x (403, 404,
//! 409) are ours, because the contract publishes none for hooks. One constant per code; a snapshot shows the table.

use axum::http::StatusCode;

/// One error code with the status it goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `RF.` and eight digits.
    pub code: &'static str,
    /// The status of an answer that carries it.
    pub status: StatusCode,
    /// What it means, for the catalogue.
    pub meaning: &'static str,
}

macro_rules! catalogue {
    ($($name:ident = $code:literal $status:ident $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub const $name: Code = Code { code: $code, status: StatusCode::$status, meaning: $meaning };
        )*
        /// Every code there is.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

catalogue! {
    MISSING = "RF.10011001" BAD_REQUEST "a required parameter is missing";
    UNRECOGNISED = "RF.10011002" BAD_REQUEST "a parameter is not recognised";
    TOO_LONG = "RF.10011005" BAD_REQUEST "a value is too long";
    TOO_SHORT = "RF.10011006" BAD_REQUEST "a value is too short";
    CHARACTERS = "RF.10011008" BAD_REQUEST "a value has characters that are not allowed";
    FIRST_CHARACTER = "RF.10011010" BAD_REQUEST "a value must begin with a Chinese or Latin letter";
    POLICY_TOO_LARGE = "RF.10011013" BAD_REQUEST "the policy is too large";
    UNPACKED_TOO_LARGE = "RF.10011026" BAD_REQUEST "the policy is too large once unpacked";
    NOT_ONE_OF = "RF.10011027" BAD_REQUEST "a value is not one of the words allowed";
    SEVERAL = "RF.10011028" BAD_REQUEST "several validation errors, listed in the details";
    NO_BODY = "RF.10011032" BAD_REQUEST "the request has no body";
    NOT_JSON = "RF.10011033" BAD_REQUEST "the body is not a JSON object";
    NOT_IN_RANGE = "RF.10011036" BAD_REQUEST "a value is not a whole number in its range";
    WRONG_TYPE = "RF.10011038" BAD_REQUEST "a value has the wrong type";
    TOO_MANY_FILES = "RF.10011041" BAD_REQUEST "the archive has too many files";
    FORMAT_MISMATCH = "RF.10011075" BAD_REQUEST "the content of the policy does not fit its type";
    ESCAPING_PATH = "RF.10011083" BAD_REQUEST "a path leaves the archive";
    NOTHING_TO_UPDATE = "RF.10011084" BAD_REQUEST "the request has nothing to update";
    NOT_UTF8 = "RF.10011085" BAD_REQUEST "a text is not UTF-8, or has a byte-order mark";
    UNREADABLE_ARCHIVE = "RF.10011102" BAD_REQUEST "the archive cannot be read";
    PATH_TOO_LONG = "RF.10011151" BAD_REQUEST "a path in the archive is too long";
    NAME_TOO_LONG = "RF.10011152" BAD_REQUEST "a file name in the archive is too long";
    ABSOLUTE_PATH = "RF.10011155" BAD_REQUEST "a path in the archive is absolute";
    EMPTY_PATH_PART = "RF.10011156" BAD_REQUEST "a path in the archive has an empty or dot part";
    OTHER_HOOK = "RF.10011901" BAD_REQUEST "the hook id does not belong to that name";
    NOT_A_VERSION = "RF.10011902" BAD_REQUEST "a value is not a semantic version";
    FORM = "RF.10011903" BAD_REQUEST "a value does not have the form it must have";
    TOGETHER = "RF.10011904" BAD_REQUEST "parameters exclude or need each other";
    FOREIGN_MARKER = "RF.10011905" BAD_REQUEST "the marker is not one of this list";
    REQUEST_ID = "RF.10011906" BAD_REQUEST "the Client-Request-Id is missing or malformed";
    REGO_SYNTAX = "RF.10011911" BAD_REQUEST "the policy is not Rego v1";
    REGO_FUNCTION = "RF.10011912" BAD_REQUEST "the policy defines a function";
    REGO_FORBIDDEN = "RF.10011913" BAD_REQUEST "the policy calls a built-in that is not allowed";
    REGO_UNKNOWN = "RF.10011914" BAD_REQUEST "the policy calls a function that is not there";
    REGO_ARITY = "RF.10011915" BAD_REQUEST "the policy calls a function with the wrong number of arguments";
    REGO_RECURSION = "RF.10011916" BAD_REQUEST "a rule of the policy needs itself";
    REGO_CONFLICT = "RF.10011917" BAD_REQUEST "definitions of the policy cannot all hold";
    REGO_COMPILE = "RF.10011918" BAD_REQUEST "the policy does not compile";
    TOO_COMPLEX = "RF.10011919" BAD_REQUEST "the policy is too complex to check";
    TOO_MANY_PARTS = "RF.10011920" BAD_REQUEST "the policy has too many parts";
    DUPLICATE_NAME = "RF.10011921" BAD_REQUEST "two files of the archive have one name";
    FORBIDDEN_ENTRY = "RF.10011922" BAD_REQUEST "the archive has an entry of a kind that is not allowed";
    FORBIDDEN_CHARACTER = "RF.10011923" BAD_REQUEST "a text has NUL or bidirectional control characters";
    PATH_CHARACTERS = "RF.10011924" BAD_REQUEST "a path in the archive has characters that are not allowed";
    NO_POLICY = "RF.10011925" BAD_REQUEST "the archive has no policy";
    BAD_DATA = "RF.10011926" BAD_REQUEST "a data file of the policy cannot be used";
    URI_UNREACHABLE = "RF.10011931" BAD_REQUEST "the policy cannot be fetched from its URI";
    URI_REFUSED = "RF.10011932" BAD_REQUEST "the policy URI leads to an address that is not allowed";
    BAD_INPUT = "RF.10011941" BAD_REQUEST "the input document cannot be used";
    SLOW_BODY = "RF.10011942" BAD_REQUEST "the body did not arrive in time, or not whole";
    HOOK_QUOTA = "RF.10012591" FORBIDDEN "the account has as many hooks as it may have";
    VERSION_QUOTA = "RF.10012592" FORBIDDEN "the hook has as many versions as it may have";
    DEFAULT_VERSION = "RF.10012593" FORBIDDEN "the default version cannot be deleted";
    LINK_EXPIRED = "RF.10012594" FORBIDDEN "the download link has expired or was changed";
    HOOK_NOT_FOUND = "RF.10013091" NOT_FOUND "no such hook";
    VERSION_NOT_FOUND = "RF.10013092" NOT_FOUND "no such version";
    OPERATION_NOT_FOUND = "RF.10013093" NOT_FOUND "no such operation";
    NO_SUCH_PATH = "RF.10013094" NOT_FOUND "no such path";
    INPUT_NOT_KEPT = "RF.10013095" NOT_FOUND "the input of the operation is not kept";
    POLICY_NOT_ASKED = "RF.10013096" NOT_FOUND "the operation did not ask that policy";
    NAME_TAKEN = "RF.10013591" CONFLICT "a hook of that name exists";
    VERSION_EXISTS = "RF.10013592" CONFLICT "that version exists";
    HOOK_CHANGED = "RF.10013593" CONFLICT "the hook was changed meanwhile";
    KEY_REUSED = "RF.10013594" CONFLICT "the Client-Request-Id was used for another request";
    OPERATION_DENIED = "RF.10013595" CONFLICT "the operation was denied, so it has no outcome";
    OTHER_OUTCOME = "RF.10013596" CONFLICT "the operation has another outcome already";
    NO_SUCH_METHOD = "RF.10013991" METHOD_NOT_ALLOWED "the path takes other methods";
    BODY_TOO_LARGE = "RF.10011991" PAYLOAD_TOO_LARGE "the body is too large";
    INTERNAL = "RF.10010001" INTERNAL_SERVER_ERROR "internal error";
    BUSY = "RF.10010901" SERVICE_UNAVAILABLE "the gate cannot answer now; try again";
}
