#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace tidemark {

/// A key, token or password. Cannot be printed, formatted or compared by accident; wiped on
/// destruction.
template <class T>
class Secret {
public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret() {
    volatile char* bytes = value_.data();
    for (std::size_t i = 0; i < value_.size(); ++i)
      bytes[i] = 0;
  }
  /// The value itself; the name makes each use easy to find in a review.
  const T& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

private:
  T value_{};
};
using SecretText = Secret<std::string>;

/// Personal data. Stored and sent where that is the purpose, never printed: only `masked` may be
/// shown.
template <class T>
class Pii {
public:
  Pii() = default;
  explicit Pii(T value) : value_(std::move(value)) {}
  const T& reveal() const { return value_; }
  auto operator<=>(const Pii&) const = default;

private:
  T value_{};
};
using PiiText = Pii<std::string>;

/// `***42` for a phone number: its last two digits.
std::string masked_phone(std::string_view phone);
/// `m***@example.com` for an e-mail address: first letter and domain.
std::string masked_email(std::string_view email);
/// First letter and three stars for any other personal text.
std::string masked_text(std::string_view text);

} // namespace tidemark
