#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::bench {

struct BodyOptions {
  std::string host; ///< of the Host header
  std::string path;
  bool update = false;        ///< ContactUpdate of `contacts` contacts instead of new ones
  std::uint64_t contacts = 0; ///< 0: each body its own contact
  std::uint64_t seed = 1;     ///< part of every webhook's id
  /// Part of what the contacts are known by, for runs about the contacts of another; 0: `seed`.
  std::uint64_t contact_seed = 0;
  std::uint64_t first_contact = 0; ///< number of the first contact
  /// Not 0: not one contact after the other, but far apart, none twice before all were taken. Runs
  /// of as many bodies with different numbers here are about different contacts.
  std::uint64_t scatter = 0;
  std::size_t body_bytes = 1536;
  std::uint64_t count = 0;      ///< bodies to sign
  bool with_signatures = true;  ///< false: one constant signature, for routes that do not check
  std::string signing_seed_hex; ///< Ed25519, 64 hex digits
  /// Not empty: bodies for a `generic` connector instead, signed as Standard Webhooks (HMAC-SHA256)
  /// with this secret, `whsec_` and base64.
  std::string standard_secret;
};

/// Webhooks of GoHighLevel or of a generic system, each unique, all of one length. Only the
/// signatures are kept in memory: what else differs is written into the connection's request just
/// before it is sent.
class LoadBodies {
public:
  /// Signs all bodies, on every core; takes about 30 us a body.
  explicit LoadBodies(BodyOptions options);

  /// A whole HTTP request with places to fill.
  const std::string& blank() const { return blank_; }
  /// Makes `request`, a copy of `blank()`, the request of a body.
  void fill(std::string& request, std::uint64_t index) const;
  std::string_view body_of(std::string_view request) const { return request.substr(body_at_); }
  std::string_view webhook_id_of(std::string_view request) const {
    return request.substr(webhook_id_at_, 36);
  }
  std::uint64_t count() const { return options_.count; }
  std::size_t body_bytes() const { return blank_.size() - body_at_; }

private:
  using Signature = std::array<char, 88>; // base64 of 64 bytes
  void make_blank();
  std::string blank_head(std::size_t body_bytes) const;
  bool is_standard() const { return !options_.standard_secret.empty(); }
  std::string signature_of(std::string_view request) const;
  std::uint64_t contact_of(std::uint64_t index) const;
  void fill_body(std::string& request, std::uint64_t index) const;
  void sign_all();

  BodyOptions options_;
  std::int64_t made_at_ms_ = 0;
  std::string blank_;
  std::string signing_key_;
  std::size_t signature_at_ = 0;
  std::size_t body_at_ = 0;
  std::size_t webhook_id_at_ = 0;
  std::size_t time_at_ = 0;
  std::size_t contact_at_ = 0;
  std::size_t email_at_ = 0;
  std::size_t phone_at_ = 0;
  std::size_t change_at_ = 0;
  std::vector<Signature> signatures_;
};

} // namespace tidemark::bench
