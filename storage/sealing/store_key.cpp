#include "storage/sealing/store_key.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "storage/files/files.hpp"

#include <cctype>
#include <filesystem>
#include <optional>

namespace tidemark::storage {
namespace {

constexpr std::string_view readable_prefix = "tdmk1";
constexpr std::size_t group_digits = 8, checksum_bytes = 4, key_id_digits = 16;

std::string checksum_of_key(std::string_view key) {
  return std::string(
      as_view(sha256({"tidemark store key checksum", key})).substr(0, checksum_bytes));
}

/// Without what people add when they write it down.
std::string bare_digits(std::string_view text) {
  std::string out;
  for (const char one : text)
    if (std::isspace(static_cast<unsigned char>(one)) == 0 && one != '-')
      out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(one))));
  return out;
}

} // namespace

StoreKey::StoreKey(SecretText bytes)
    : bytes_(std::move(bytes)), id_(to_hex(hmac_sha256(bytes_.reveal(), {"tidemark store key id"}))
                                        .substr(0, key_id_digits)) {}

StoreKey StoreKey::make() {
  return StoreKey(SecretText(random_bytes(encryption_key_bytes)));
}

Result<StoreKey> StoreKey::read(std::string_view text) {
  const SecretText digits(bare_digits(text));
  std::string_view rest = digits.reveal();
  if (!rest.starts_with(readable_prefix))
    return Error{"store_key_damaged", "this is no store key of Tidemark: it begins with TDMK1"};
  rest.remove_prefix(readable_prefix.size());
  const auto bytes = from_hex(rest);
  if (!bytes || bytes->size() != encryption_key_bytes + checksum_bytes)
    return Error{"store_key_damaged", "a store key is TDMK1 and nine groups of eight digits (0-9, "
                                      "A-F): one is missing, too much or another character"};
  SecretText key(bytes->substr(0, encryption_key_bytes));
  if (checksum_of_key(key.reveal()) != std::string_view(*bytes).substr(encryption_key_bytes))
    return Error{"store_key_damaged",
                 "the checksum of the store key does not fit: at least one digit is wrong"};
  return StoreKey(std::move(key));
}

SecretText StoreKey::text() const {
  const auto digits = to_hex(bytes_.reveal()) + to_hex(checksum_of_key(bytes_.reveal()));
  std::string out = "TDMK1";
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at % group_digits == 0)
      out.push_back('-');
    out.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(digits[at]))));
  }
  return SecretText(std::move(out));
}

Result<std::optional<StoreKey>> StoreKey::load(const std::string& path, bool private_mode) {
  if (path.empty())
    return std::optional<StoreKey>();
  TRY(bytes, read_file(path));
  if (!bytes)
    return Error{"store_key_missing", "there is no store key at " + path};
  if (const auto is_private = check_private(path); private_mode && !is_private)
    return Error{"store_key_exposed", is_private.error().text};
  const SecretText written(std::move(*bytes));
  auto key = read(written.reveal());
  if (!key)
    return Error{key.error().code, path + ": " + key.error().text};
  return std::optional(std::move(*key));
}

Status StoreKey::save(const std::string& path) const {
  std::error_code unseen;
  if (std::filesystem::exists(path, unseen))
    return Error{"already_there", path + " is there already: no key is written over another"};
  return write_file(std::filesystem::absolute(path, unseen).string(), text().reveal() + "\n", 0600);
}

} // namespace tidemark::storage
