//! The storage that a page gives: its calls return when the bytes are kept, or throw.

use wasm_bindgen::prelude::*;

use crate::queue::{Storage, StorageError};

#[wasm_bindgen]
extern "C" {
    /// What the page gives.
    #[derive(Debug)]
    pub type JsStorage;
    #[wasm_bindgen(method, catch)]
    fn load(this: &JsStorage) -> Result<Vec<u8>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn append(this: &JsStorage, bytes: &[u8]) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn replace(this: &JsStorage, bytes: &[u8]) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = setAside)]
    fn set_aside(this: &JsStorage, bytes: &[u8]) -> Result<(), JsValue>;

    /// A `DOMException` or an `Error`; both have a name and a message.
    #[derive(Debug)]
    type Thrown;
    #[wasm_bindgen(method, getter)]
    fn name(this: &Thrown) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn message(this: &Thrown) -> Option<String>;
}

/// [`JsStorage`] as the queue wants it.
#[derive(Debug)]
pub(super) struct PageStorage(pub(super) JsStorage);

impl Storage for PageStorage {
    fn load(&mut self) -> Result<Vec<u8>, StorageError> {
        self.0.load().map_err(told)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.0.append(bytes).map_err(told)
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.0.replace(bytes).map_err(told)
    }

    fn set_aside(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.0.set_aside(bytes).map_err(told)
    }
}

const PLACE: &str = "this browser";

fn told(thrown: JsValue) -> StorageError {
    if let Some(text) = thrown.as_string() {
        return StorageError::Failed(text);
    }
    if !thrown.is_object() {
        return StorageError::Failed("the page's storage threw no error".into());
    }
    let thrown: Thrown = thrown.unchecked_into();
    let message = thrown.message().unwrap_or_default();
    match thrown.name().as_deref() {
        Some("QuotaExceededError") => StorageError::Full(PLACE.into()),
        Some("NoModificationAllowedError" | "InvalidStateError") => StorageError::InUse(PLACE.into()),
        Some(name) => StorageError::Failed(format!("{name}: {message}")),
        None => StorageError::Failed(message),
    }
}
