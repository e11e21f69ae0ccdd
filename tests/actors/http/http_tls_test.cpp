#include "tests/actors/http/http_calls.hpp"
#include "tests/actors/http/tls_server.hpp"

#include <unistd.h>

namespace tidemark::actors::http_tls_test {
namespace {

/// An authority of the test's own, and its certificate in a file.
class Authority {
public:
  Authority() : self_(make_certificate("authority", {}, nullptr)) {
    const int file = ::mkstemp(path_.data());
    auto* stream = ::fdopen(file, "w");
    PEM_write_X509(stream, self_.x509.get());
    ::fclose(stream);
  }
  ~Authority() { ::unlink(path_.c_str()); }
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  Certificate issue(const CertificateForm& form) const {
    return make_certificate("server", form, &self_);
  }
  HttpClientOptions trusted() const {
    HttpClientOptions options;
    options.ca_file = path_;
    return options;
  }

private:
  Certificate self_;
  std::string path_ = "/tmp/tidemark-authority-XXXXXX";
};

/// Threat 11: whoever cannot show who it is gets no request at all.
void expect_refused(const TlsServer& server, const HttpClientOptions& options) {
  const auto result = exchange(call_to(server.url(), "POST", "{}"), options);
  EXPECT_EQ(result.answer.transport, Reason::tls_failed);
  EXPECT_FALSE(result.answer.sent);
  EXPECT_FALSE(server.saw_request());
}

TEST(HttpTls, SpeaksWithAServerThatAnAuthorityVouchesFor) {
  const Authority authority;
  const TlsServer server(authority.issue({"IP:127.0.0.1"}));
  const auto result = exchange(call_to(server.url(), "POST", "{}"), authority.trusted());
  EXPECT_EQ(result.answer.status, 200U) << name_of(result.answer.transport);
  EXPECT_TRUE(server.saw_request());
}

TEST(HttpTls, RefusesACertificateThatVouchesForItself) {
  const Authority authority;
  const TlsServer server(make_certificate("server", {"IP:127.0.0.1"}, nullptr));
  expect_refused(server, authority.trusted());
}

TEST(HttpTls, RefusesACertificateOfAnotherHost) {
  const Authority authority;
  const TlsServer server(authority.issue({"DNS:other.example"}));
  expect_refused(server, authority.trusted());
}

TEST(HttpTls, RefusesACertificateWhoseTimeIsOverOrHasNotCome) {
  const Authority authority;
  const TlsServer expired(authority.issue({"IP:127.0.0.1", -30, -1}));
  expect_refused(expired, authority.trusted());
  const TlsServer future(authority.issue({"IP:127.0.0.1", 1, 30}));
  expect_refused(future, authority.trusted());
}

TEST(HttpTls, RefusesAnAuthorityThatTheSystemDoesNotKnow) {
  const Authority authority;
  const TlsServer server(authority.issue({"IP:127.0.0.1"}));
  expect_refused(server, {});
}

TEST(HttpTls, RefusesVersionsBeforeTls12) {
  const Authority authority;
  const TlsServer server(authority.issue({"IP:127.0.0.1"}), TLS1_1_VERSION);
  expect_refused(server, authority.trusted());
}

} // namespace
} // namespace tidemark::actors::http_tls_test
