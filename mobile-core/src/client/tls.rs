//! Whom the client trusts: the system's certificates, or named ones such as the self-signed
//! certificate of a server in the hall.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::ClientError;

/// Which servers the client believes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those whose certificate the system accepts; on Android the public authorities.
    #[default]
    System,
    /// Those with one of these certificates, or with one signed by them: PEM, one or more.
    Pem(Vec<u8>),
}

impl Trust {
    /// A configuration for HTTP and for `WebSocket`s. ring is named here, so that no other provider
    /// in the program can be chosen by accident.
    pub(super) fn config(&self) -> Result<ClientConfig, ClientError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| ClientError::Trust(error.to_string()))?;
        let config = match self {
            #[cfg(not(target_os = "android"))]
            Self::System => {
                let verifier = rustls_platform_verifier::Verifier::new(provider)
                    .map_err(|error| ClientError::Trust(error.to_string()))?;
                let verifier: Arc<dyn rustls::client::danger::ServerCertVerifier> = Arc::new(verifier);
                builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
            }
            // Android answers only to Java; apps trust the public authorities there anyway, and not
            // what a person installed.
            #[cfg(target_os = "android")]
            Self::System => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
                builder.with_root_certificates(roots).with_no_client_auth()
            }
            Self::Pem(pem) => {
                let mut roots = RootCertStore::empty();
                for certificate in CertificateDer::pem_slice_iter(pem) {
                    let certificate = certificate.map_err(|error| ClientError::Trust(error.to_string()))?;
                    roots.add(certificate).map_err(|error| ClientError::Trust(error.to_string()))?;
                }
                if roots.is_empty() {
                    return Err(ClientError::Trust("the file holds no certificate in PEM form".into()));
                }
                builder.with_root_certificates(roots).with_no_client_auth()
            }
        };
        Ok(config)
    }
}

impl Trust {
    /// For addresses without TLS: a configuration that believes no one.
    pub(super) fn nobody() -> Result<ClientConfig, ClientError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ClientError::Trust(error.to_string()))?;
        Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
    }
}
