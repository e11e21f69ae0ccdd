#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace tidemark::sim {

/// How often each kind of fault was played and each invariant had something to check: a run in
/// which nothing happened proves nothing.
class Coverage {
public:
  void hit(const std::string& what, std::uint64_t times = 1) { counts_[what] += times; }
  void add(const Coverage& other) {
    for (const auto& [what, times] : other.counts_)
      counts_[what] += times;
  }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  std::uint64_t of(const std::string& what) const {
    const auto at = counts_.find(what);
    return at == counts_.end() ? 0 : at->second;
  }

private:
  std::map<std::string, std::uint64_t> counts_;
};

} // namespace tidemark::sim
