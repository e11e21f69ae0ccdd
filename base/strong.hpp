#pragma once
#include <compare>
#include <utility>

namespace tidemark {

/// A value that cannot be mistaken for another of the same representation.
template <class Tag, class Value>
struct Strong {
  using value_type = Value;
  Value value{};

  Strong() = default;
  explicit Strong(Value v) : value(std::move(v)) {}
  auto operator<=>(const Strong&) const = default;
};

} // namespace tidemark
