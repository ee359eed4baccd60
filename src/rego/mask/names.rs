//! Names that look secret, in any case and style: `db_password`, `apiKey`, `AWS-SECRET-ACCESS-KEY`.

/// Endings of a word that make it one.
const WORDS: &str = "password passwords passwd passphrase passcode pwd secret secrets token tokens credential credentials \
    apikey apikeys privatekey secretkey accesskey authorization cookie kubeconfig connectionstring";

/// First words of pairs that make one, by the second.
const PAIRS: [(&str, &str); 3] = [
    ("key", "api private secret access signing encryption shared account auth master hmac"),
    ("keys", "api private secret access signing encryption shared account auth"),
    ("string", "connection"),
];

/// Last words of names that are about a secret and hold none: `password_length`, `secret_arn`, `token_ttl`.
const HARMLESS: &str = "id ids name names arn arns type kind length len min max size count limit policy policies ttl expiry \
    expiration expires expire lifetime age days hours minutes seconds period rotation enabled disabled enable required \
    version versions url uri endpoint path file ref refs reference algorithm format at provider manager status state mode \
    scope scopes header complexity history usage created";

/// Names that sound like it and hold a choice: whether instances must ask for their metadata with a token.
const CHOICES: &str = "http_tokens httpTokens";

/// Words that are a choice and no secret, under whatever name.
const OPTIONS: &str = "required optional enabled disabled default always never string number boolean object automatic manual \
    unknown service_account";

/// Whether `text` is a word that nobody would hide.
pub(super) fn is_option(text: &str) -> bool {
    has(OPTIONS, text)
}

/// Whether what is called `name` looks like a secret.
pub(super) fn looks_secret(name: &str) -> bool {
    let words = split(name);
    if has(CHOICES, name) || words.last().is_some_and(|last| has(HARMLESS, last)) {
        return false;
    }
    let is_secret = |word: &String| WORDS.split(' ').any(|ending| word.ends_with(ending));
    let is_pair = |pair: &[String]| match pair {
        [first, second] => PAIRS.iter().any(|(last, before)| second == last && has(before, first)),
        _ => false,
    };
    words.iter().any(is_secret) || words.windows(2).any(is_pair)
}

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// The words of a name in lower case, without digits.
fn split(name: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut letters = name.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let is_boundary = letter.is_uppercase()
            && (before.is_lowercase()
                || before.is_uppercase() && letters.peek().is_some_and(|next| next.is_lowercase()));
        if (!letter.is_alphabetic() || is_boundary) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphabetic() {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests {
    use super::looks_secret;

    #[test]
    fn secrets_are_known_by_their_names_in_any_style() {
        for name in
            "password PASSWORD dbPassword db_password_2 dbpassword admin-passwd Passphrase pwd secret \
            client_secret clientSecret secret_value token accessToken API_KEY apiKey apikey x-api-key \
            APIKey private_key privateKeyPem ssh_private_key AWS_SECRET_ACCESS_KEY secretKey credentials \
            aws.credentials Authorization connection_string password_hash kubeconfig auth_token1"
                .split(' ')
        {
            assert!(looks_secret(name), "{name}");
        }
    }

    #[test]
    fn what_is_about_a_secret_is_none() {
        for name in
            "key monkey keyboard tokenizer compass password_length passwordPolicy secret_name secretArn \
            token_ttl access_key_id kms_key_id public_key key_name secret_version bucket author \
            resource_changes http_tokens after_sensitive"
                .split(' ')
        {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
