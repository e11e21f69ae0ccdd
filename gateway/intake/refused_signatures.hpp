#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tidemark::gateway {

/// A webhook whose signature was refused: enough to find out why, never the body or a secret.
struct RefusedSignature {
  Timestamp at;
  ConnectorName connector;
  std::string channel;
  std::string reason_code;
  std::string received;       ///< "" when there was none, or a plain secret in its place
  std::string computed_start; ///< 8 hex digits, "" where none is computed
  std::uint64_t body_bytes = 0;
  std::string body_sha256; ///< hex
  std::string client;      ///< address
  std::string request_id;
};

/// The last 50 of each tenant, in memory only (I11): a stranger must not be able to fill a disk.
/// For several threads.
class RefusedSignatures {
public:
  static constexpr std::size_t kept = 50;

  void add(const TenantId& tenant, RefusedSignature refused);
  /// The newest first.
  std::vector<RefusedSignature> of(const TenantId& tenant) const;

private:
  mutable std::mutex guard_;
  std::map<TenantId, std::deque<RefusedSignature>> newest_; ///< of configured tenants: few
};

} // namespace tidemark::gateway
