//! Badge decoding, captures and the fold, the offline queue and the wire types: shared by server, phones and browser.
