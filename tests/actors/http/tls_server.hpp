#pragma once
#include "tests/actors/http/raw_server.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

/// Certificates made on the spot, and a server that shows one.
namespace tidemark::actors {

template <class T, void (*Free)(T*)>
struct FreedBy {
  void operator()(T* value) const { Free(value); }
};
using PrivateKey = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY, EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, FreedBy<X509, X509_free>>;

struct Certificate {
  PrivateKey key{EVP_EC_gen("P-256")};
  X509Ptr x509{X509_new()};
};

/// What a certificate says, and whether that is true is up to the test.
struct CertificateForm {
  std::string subject_alternative_name; ///< such as "IP:127.0.0.1"; "" for an authority
  long valid_from_days = -1;
  long valid_to_days = 1;
};

inline void add_extension(X509& certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  auto* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr || X509_add_ext(&certificate, extension, -1) != 1)
    throw std::runtime_error("no extension " + value);
  X509_EXTENSION_free(extension);
}

/// Signed by `issuer`, or by itself when that is null.
inline Certificate make_certificate(const std::string& name, const CertificateForm& form,
                                    const Certificate* issuer) {
  constexpr long day = 24L * 60 * 60;
  static std::atomic<long> serial = 1;
  Certificate made;
  auto& x509 = *made.x509;
  X509_set_version(&x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(&x509), serial++);
  X509_gmtime_adj(X509_getm_notBefore(&x509), form.valid_from_days * day);
  X509_gmtime_adj(X509_getm_notAfter(&x509), form.valid_to_days * day);
  X509_set_pubkey(&x509, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(&x509), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(&x509, X509_get_subject_name(issuer ? issuer->x509.get() : &x509));
  if (form.subject_alternative_name.empty())
    add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  else
    add_extension(x509, NID_subject_alt_name, form.subject_alternative_name);
  X509_sign(&x509, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

/// Answers each request 200 over TLS.
class TlsServer {
public:
  explicit TlsServer(const Certificate& certificate, int newest_version = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_server_method())), server_([this](int socket) { serve(socket); }) {
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to clients that left
    SSL_CTX_use_certificate(context_.get(), certificate.x509.get());
    SSL_CTX_use_PrivateKey(context_.get(), certificate.key.get());
    if (newest_version < TLS1_2_VERSION)
      SSL_CTX_set_security_level(context_.get(), 0); // OpenSSL itself would refuse to speak it
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), newest_version);
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(server_.port()) + "/"; }
  bool saw_request() const { return saw_request_; }

private:
  void serve(int socket) {
    const std::unique_ptr<SSL, FreedBy<SSL, SSL_free>> ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), socket);
    char bytes[4096];
    if (SSL_accept(ssl.get()) != 1 || SSL_read(ssl.get(), bytes, sizeof bytes) <= 0)
      return;
    saw_request_ = true;
    const auto answer = RawServer::answer("secret");
    SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
  }

  std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX, SSL_CTX_free>> context_;
  std::atomic<bool> saw_request_ = false;
  RawServer server_; // last: its threads use the rest
};

} // namespace tidemark::actors
