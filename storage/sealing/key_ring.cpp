//   sealed := "TMSEAL1\n" · key id (8) · nonce (24) · XChaCha20-Poly1305
// The header, purpose and tenant are bound: u32 length and bytes each.
#include "storage/sealing/key_ring.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <algorithm>

namespace tidemark::storage {
namespace {

constexpr std::string_view seal_magic = "TMSEAL1\n";
constexpr std::size_t key_id_bytes = 8;
constexpr std::size_t seal_header_bytes = 8 + key_id_bytes + encryption_nonce_bytes;

std::string bound_to(std::string_view header, const SealedAs& as) {
  std::string out;
  append_text(out, header);
  append_text(out, as.purpose);
  append_text(out, as.tenant);
  return out;
}

} // namespace

bool is_sealed(std::string_view bytes) {
  return bytes.size() > seal_header_bytes && bytes.starts_with(seal_magic);
}

std::string sealed_under(std::string_view bytes) {
  return is_sealed(bytes) ? to_hex(bytes.substr(seal_magic.size(), key_id_bytes)) : std::string();
}

std::string KeyRing::id() const {
  const std::lock_guard lock(guard_);
  return current_ ? current_->id() : std::string();
}

SecretText KeyRing::current_text() const {
  const std::lock_guard lock(guard_);
  return current_ ? current_->text() : SecretText();
}

std::optional<StoreKey> KeyRing::find(const std::string& id) const {
  const std::lock_guard lock(guard_);
  if (current_ && current_->id() == id)
    return current_;
  const auto found = std::ranges::find(others_, id, &StoreKey::id);
  return found == others_.end() ? std::nullopt : std::optional(*found);
}

bool KeyRing::knows(const std::string& id) const {
  return find(id).has_value();
}

std::string KeyRing::seal(const SealedAs& as, std::string_view plain) const {
  const auto key = find(id());
  if (!key)
    return std::string(plain);
  auto out = std::string(seal_magic) + from_hex(key->id()).value_or("");
  out += random_bytes(encryption_nonce_bytes);
  const auto nonce = std::string_view(out).substr(seal_magic.size() + key_id_bytes);
  return out + encrypt(key->bytes().reveal(), nonce, bound_to(out, as), plain);
}

Result<SecretText> KeyRing::open(const SealedAs& as, std::string_view bytes) const {
  if (!is_sealed(bytes))
    return SecretText(std::string(bytes));
  const auto needed = sealed_under(bytes);
  const auto key = find(needed);
  if (!key)
    return id().empty()
               ? Error{"store_key_missing", "secrets are sealed under the store key " + needed
                                                + ": give it with --store-key FILE"}
               : Error{"store_key_wrong", "secrets are sealed under the store key " + needed
                                              + ", and the key given is " + id()};
  const auto header = bytes.substr(0, seal_header_bytes);
  auto plain = decrypt(key->bytes().reveal(), header.substr(seal_magic.size() + key_id_bytes),
                       bound_to(header, as), bytes.substr(seal_header_bytes));
  if (!plain)
    return Error{"data_damaged", "keys/" + std::string(as.purpose)
                                     + " is damaged, or is not the file that stood there; put it "
                                       "back from a backup"};
  return SecretText(std::move(*plain));
}

void KeyRing::add(StoreKey key) {
  const std::lock_guard lock(guard_);
  others_.push_back(std::move(key));
}

void KeyRing::use(StoreKey key) {
  const std::lock_guard lock(guard_);
  if (current_ && current_->id() != key.id())
    others_.push_back(std::move(*current_));
  current_ = std::move(key);
}

void KeyRing::forget_others() {
  const std::lock_guard lock(guard_);
  others_.clear();
}

} // namespace tidemark::storage
