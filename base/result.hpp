#pragma once
#include <boost/outcome/try.hpp>

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace tidemark {

/// What went wrong, in words a person can act on. `code` is stable and lower_snake_case.
struct Error {
  std::string code;
  std::string text;
  bool operator==(const Error&) const = default;
};

/// What TRY returns: turns into any Result.
using Failure = BOOST_OUTCOME_V2_NAMESPACE::failure_type<Error>;

/// A value or an error. Errors are values at boundaries; nothing throws across a folder.
template <class T>
class [[nodiscard]] Result {
public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {} // NOLINT(*-explicit-*)
  Result(Error error)
      : content_(std::in_place_index<1>, std::move(error)) {} // NOLINT(*-explicit-*)
  Result(Failure failure)                                     // NOLINT(*-explicit-*)
      : Result(std::move(failure).error()) {}

  bool ok() const { return content_.index() == 0; }
  bool has_value() const { return ok(); }
  explicit operator bool() const { return ok(); }
  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const& { return std::get<1>(content_); }
  Error&& error() && { return std::get<1>(std::move(content_)); }

private:
  std::variant<T, Error> content_;
};

/// Success without a value.
struct Done {
  bool operator==(const Done&) const = default;
};
using Status = Result<Done>;

/// `TRY(name, expression);` declares `name` as the value of a Result, `TRYV(expression);` takes
/// none; both return the error from the function instead when there is one (Boost.Outcome).
#define TRY(name, ...) BOOST_OUTCOME_TRYA(name, __VA_ARGS__)
#define TRYV(...) BOOST_OUTCOME_TRYV(__VA_ARGS__)

} // namespace tidemark
