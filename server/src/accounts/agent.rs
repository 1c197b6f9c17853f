//! The program behind a sign-in, in words that its owner recognises.
//!
//! The header of a browser says far more than that; the rest is not kept.

/// What a sign-in is called whose program said nothing.
pub const UNKNOWN: &str = "A program that did not say its name";
/// What a program is called that names its system's parts only.
pub const APP: &str = "An app";
/// Longest name of a program, in characters.
const MAX_NAME: usize = 60;

/// `Firefox on Windows`, by a `User-Agent` header; the first word of what is no browser.
pub fn described(header: &str) -> Option<String> {
    // Each browser names those before it too, so the order counts.
    const BROWSERS: [(&str, &str); 11] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Vivaldi/", "Vivaldi"),
        ("YaBrowser/", "Yandex Browser"),
        ("DuckDuckGo/", "DuckDuckGo"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "Chromebook"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    let named =
        |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| header.contains(sign)).map(|(_, name)| *name);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (Some(browser), None) => Some(browser.to_owned()),
        // Apps that only the system's own parts speak for.
        (None, _) if header.contains("okhttp/") || header.contains("Dalvik/") => Some(format!("{APP} on Android")),
        (None, _) if header.contains("CFNetwork/") => Some(format!("{APP} on iPhone or Mac")),
        (None, _) => {
            let first = header.split(['/', ' ']).next().unwrap_or_default();
            let name: String = first.chars().filter(|letter| !letter.is_control()).take(MAX_NAME).collect();
            (!name.is_empty()).then_some(name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_called_as_its_owner_would_call_it() {
        for (header, name) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 \
                 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 \
                 Safari/537.36",
                "Chrome on Chromebook",
            ),
            ("okhttp/4.12.0", "An app on Android"),
            ("Leads/3 CFNetwork/1410.0.3 Darwin/22.6.0", "An app on iPhone or Mac"),
            ("curl/8.5.0", "curl"),
        ] {
            assert_eq!(described(header).as_deref(), Some(name));
        }
        assert_eq!(described(""), None);
    }
}
