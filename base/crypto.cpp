#include "base/crypto.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace tidemark {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Crypto libraries fail only when the process is beyond repair (no memory, broken library).
void require(bool held) {
  if (!held)
    std::abort();
}

EVP_MD_CTX* context_of(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

} // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr
          && EVP_DigestInit_ex2(context_of(context_), sha256_algorithm(), nullptr) == 1);
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(context_of(context_));
}

void Sha256::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_of(context_), bytes.data(), bytes.size()) == 1);
}

Digest Sha256::finish() {
  Digest out{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(context_of(context_), out.data(), &size) == 1);
  require(EVP_DigestInit_ex2(context_of(context_), sha256_algorithm(), nullptr) == 1);
  return out;
}

Digest sha256(std::initializer_list<std::string_view> parts) {
  thread_local Sha256 hash;
  for (auto part : parts)
    hash.update(part);
  return hash.finish();
}

Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::string inner(64, '\x36'), outer(64, '\x5c');
  const Digest hashed = key.size() > 64 ? sha256(key) : Digest{};
  const auto short_key = key.size() > 64 ? as_view(hashed) : key;
  for (std::size_t i = 0; i < short_key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ short_key[i]);
    outer[i] = static_cast<char>(outer[i] ^ short_key[i]);
  }
  thread_local Sha256 hash;
  hash.update(inner);
  for (auto part : parts)
    hash.update(part);
  const auto first = hash.finish();
  return sha256({outer, as_view(first)});
}

bool ed25519_verify(std::string_view public_key, std::string_view message,
                    std::string_view signature) {
  if (public_key.size() != crypto_sign_PUBLICKEYBYTES || signature.size() != crypto_sign_BYTES)
    return false;
  return crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                     bytes_of(public_key))
         == 0;
}

std::string ed25519_sign(std::string_view seed, std::string_view message) {
  require(seed.size() == crypto_sign_SEEDBYTES);
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
  unsigned char signature[crypto_sign_BYTES];
  require(crypto_sign_seed_keypair(public_key, secret_key, bytes_of(seed)) == 0);
  require(crypto_sign_detached(signature, nullptr, bytes_of(message), message.size(), secret_key)
          == 0);
  sodium_memzero(secret_key, sizeof secret_key);
  return {reinterpret_cast<const char*>(signature), sizeof signature};
}

std::string ed25519_public_key(std::string_view seed) {
  require(seed.size() == crypto_sign_SEEDBYTES);
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
  require(crypto_sign_seed_keypair(public_key, secret_key, bytes_of(seed)) == 0);
  sodium_memzero(secret_key, sizeof secret_key);
  return {reinterpret_cast<const char*>(public_key), sizeof public_key};
}

bool rsa_sha256_verify(std::string_view public_key_pem, std::string_view message,
                       std::string_view signature) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(public_key_pem.data(), static_cast<int>(public_key_pem.size())), &BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr, &EVP_PKEY_free);
  if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1)
    return false;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  require(context != nullptr);
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1)
    return false;
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size())
         == 1;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
  require(sodium_init() >= 0);
  std::string out(count, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

std::string encrypt(std::string_view key, std::string_view nonce, std::string_view bound,
                    std::string_view plain) {
  require(key.size() == encryption_key_bytes && nonce.size() == encryption_nonce_bytes);
  std::string out(plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  unsigned long long size = 0;
  require(crypto_aead_xchacha20poly1305_ietf_encrypt(
              reinterpret_cast<unsigned char*>(out.data()), &size, bytes_of(plain), plain.size(),
              bytes_of(bound), bound.size(), nullptr, bytes_of(nonce), bytes_of(key))
          == 0);
  return out;
}

std::optional<std::string> decrypt(std::string_view key, std::string_view nonce,
                                   std::string_view bound, std::string_view encrypted) {
  require(key.size() == encryption_key_bytes && nonce.size() == encryption_nonce_bytes);
  if (encrypted.size() < crypto_aead_xchacha20poly1305_ietf_ABYTES)
    return std::nullopt;
  std::string out(encrypted.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  unsigned long long size = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(out.data()), &size, nullptr, bytes_of(encrypted),
          encrypted.size(), bytes_of(bound), bound.size(), bytes_of(nonce), bytes_of(key))
      != 0)
    return std::nullopt;
  return out;
}

std::string hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  require(crypto_pwhash_str_alg(out.data(), password.data(), password.size(),
                                crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13)
          == 0);
  return out.data();
}

bool is_password(std::string_view hash, std::string_view password) {
  const std::string text(hash); // with its end
  return text.size() < crypto_pwhash_STRBYTES
         && crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
}

} // namespace tidemark
