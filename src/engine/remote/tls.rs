//! Certificates: those to trust, and why one of an engine is not trusted.

use rustls::{CertificateError, Error};
use ureq::tls::{Certificate, PemItem, parse_pem};

use crate::failure::{Failure, Result};

/// The certificates of a file in PEM.
///
/// # Errors
/// When it holds none.
pub(super) fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>> {
    let bad = |why: &str| {
        Failure::new(format!("--ca: {why}")).help("expected a file of certificates in PEM")
    };
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(bad("it cannot be read")),
        }
    }
    if found.is_empty() {
        return Err(bad("it holds no certificate"));
    }
    Ok(found)
}

/// The error of TLS that one of the system hides, if it does.
pub(super) fn hidden(error: &std::io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// Why no secure connection was made, and what to do.
pub(super) fn explained(error: &Error) -> (String, &'static str) {
    let said = |what: &str, help| (what.to_owned(), help);
    match error {
        Error::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer => said(
                "its certificate is not signed by an authority that is trusted",
                "name the certificate of its authority: --ca FILE",
            ),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                said(
                    "its certificate is for another name",
                    "write the address with a name that the certificate has",
                )
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => said(
                "its certificate is no longer valid",
                "it must be renewed, unless the clock of this machine is wrong",
            ),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => said(
                "its certificate is not valid yet",
                "check the clock of this machine",
            ),
            CertificateError::Revoked => said(
                "its certificate was revoked",
                "ask whoever keeps the engine",
            ),
            _ => (
                format!("its certificate cannot be trusted: {error}"),
                "name the certificate of its authority: --ca FILE",
            ),
        },
        Error::InvalidMessage(_) => said(
            "it does not speak TLS",
            "check the port, and whether the address begins with http://",
        ),
        other => (
            format!("no secure connection: {other}"),
            "check the port, and what stands in front of the engine",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_tls_is_found_in_one_of_the_system() {
        let inner = Error::InvalidCertificate(CertificateError::Revoked);
        let error = std::io::Error::new(std::io::ErrorKind::InvalidData, inner.clone());
        assert_eq!(hidden(&error), Some(&inner));
        assert_eq!(explained(&inner).0, "its certificate was revoked");
        assert_eq!(hidden(&std::io::Error::other("certificate")), None);
    }

    #[test]
    fn a_file_without_a_certificate_is_none() {
        for bad in [&b""[..], b"certificate", b"-----BEGIN CERTIFICATE-----\nAA"] {
            let error = certificates(bad).unwrap_err().to_string();
            assert!(error.starts_with("--ca: "), "{error}");
        }
    }
}
