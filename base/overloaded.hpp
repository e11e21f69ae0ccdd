#pragma once

namespace tidemark {

/// Visitor made of lambdas, for std::visit.
template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>; // clang 14 needs it said

} // namespace tidemark
