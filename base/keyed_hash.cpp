#include "base/keyed_hash.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>

namespace tidemark {
namespace {

EVP_MD_CTX* digest_context(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

void require_hashed(bool held) {
  if (!held)
    std::abort(); // only a broken crypto library or no memory leads here
}

void* padded(std::string_view key, char padding) {
  std::string block(64, padding);
  for (std::size_t i = 0; i < key.size(); ++i)
    block[i] = static_cast<char>(block[i] ^ key[i]);
  auto* context = EVP_MD_CTX_new();
  require_hashed(context != nullptr && EVP_DigestInit_ex2(context, EVP_sha256(), nullptr) == 1
                 && EVP_DigestUpdate(context, block.data(), block.size()) == 1);
  return context;
}

struct Scratch {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { EVP_MD_CTX_free(context); }
};

} // namespace

KeyedHasher::KeyedHasher(SecretText pepper)
    : pepper_(std::move(pepper)), inner_(nullptr), outer_(nullptr) {
  const auto hashed = sha256(pepper_.reveal());
  inner_ = padded(as_view(hashed), '\x36');
  outer_ = padded(as_view(hashed), '\x5c');
}

KeyedHasher::KeyedHasher(const KeyedHasher& other) : KeyedHasher(other.pepper_) {}

KeyedHasher::~KeyedHasher() {
  EVP_MD_CTX_free(digest_context(inner_));
  EVP_MD_CTX_free(digest_context(outer_));
}

Hash16 KeyedHasher::operator()(HashedKind kind, const TenantId& tenant,
                               std::string_view value) const {
  return (*this)(kind, tenant, {}, value);
}

Hash16 KeyedHasher::operator()(HashedKind kind, const TenantId& tenant, std::string_view qualifier,
                               std::string_view value) const {
  thread_local Scratch scratch;
  thread_local std::string input;
  input.clear();
  input.push_back(static_cast<char>(kind));
  append_u16(input, static_cast<std::uint16_t>(tenant.value.size()));
  input += tenant.value;
  append_u16(input, static_cast<std::uint16_t>(qualifier.size()));
  input += qualifier;
  input += value;
  Digest digest{};
  unsigned int size = 0;
  require_hashed(EVP_MD_CTX_copy_ex(scratch.context, digest_context(inner_)) == 1
                 && EVP_DigestUpdate(scratch.context, input.data(), input.size()) == 1
                 && EVP_DigestFinal_ex(scratch.context, digest.data(), &size) == 1
                 && EVP_MD_CTX_copy_ex(scratch.context, digest_context(outer_)) == 1
                 && EVP_DigestUpdate(scratch.context, digest.data(), digest.size()) == 1
                 && EVP_DigestFinal_ex(scratch.context, digest.data(), &size) == 1);
  Hash16 out{};
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

} // namespace tidemark
