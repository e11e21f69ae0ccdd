#pragma once

namespace tidemark {

/// Visitor made of lambdas, for std::visit.
template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};

} // namespace tidemark
