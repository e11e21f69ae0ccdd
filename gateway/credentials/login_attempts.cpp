#include "gateway/credentials/login_attempts.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <boost/asio/ip/address.hpp>

namespace tidemark::gateway {
namespace {

constexpr std::size_t block_bytes_v4 = 3, block_bytes_v6 = 8, decoy_bytes = 16;

template <class Bytes>
std::string first_bytes(const Bytes& bytes, std::size_t count) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), count));
}

} // namespace

std::string address_block(std::string_view client) {
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(std::string(client), failed);
  if (failed)
    return std::string(client);
  return address.is_v4() ? first_bytes(address.to_v4().to_bytes(), block_bytes_v4)
                         : first_bytes(address.to_v6().to_bytes(), block_bytes_v6);
}

std::optional<domain::LoginGuard::Wait>
LoginAttempts::wait(const std::string& account, std::string_view client, Timestamp now) const {
  const std::lock_guard lock(guard_);
  return attempts_.wait(account, address_block(client), now);
}

std::string LoginAttempts::decoy() {
  const std::lock_guard lock(decoy_guard_);
  if (decoy_.empty())
    decoy_ = hash_password(random_bytes(decoy_bytes));
  return decoy_;
}

bool LoginAttempts::try_password(const std::string& account, std::string_view client,
                                 std::string_view hash, std::string_view password, Timestamp now) {
  const bool right = is_password(hash.empty() ? decoy() : std::string(hash), password);
  const bool in = right && !hash.empty();
  const std::lock_guard lock(guard_);
  if (in)
    attempts_.succeeded(account, address_block(client));
  else
    attempts_.failed(account, address_block(client), now);
  return in;
}

std::optional<Timestamp> LoginAttempts::locked_until(const std::string& account,
                                                     Timestamp now) const {
  const std::lock_guard lock(guard_);
  return attempts_.locked_until(account, now);
}

} // namespace tidemark::gateway
