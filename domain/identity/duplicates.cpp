#include "domain/identity/duplicates.hpp"

#include "domain/rules/normalise.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace tidemark::domain {
namespace {

constexpr std::size_t block_max = 500; // names that begin alike; more are a list of one family

struct Folded {
  std::vector<std::string> words; // sorted
  std::string text;
};

Folded folded(const DuplicateCandidate& candidate) {
  Folded out{name_words(candidate.first_name, candidate.last_name), {}};
  for (const auto& word : out.words)
    out.text += (out.text.empty() ? "" : " ") + word;
  return out;
}

/// Jaro: letters in common within half the length, less for those in another order.
double jaro(std::string_view a, std::string_view b) {
  if (a == b)
    return 1;
  const std::size_t window = std::max<std::size_t>(std::max(a.size(), b.size()) / 2, 1) - 1;
  std::vector<bool> in_a(a.size()), in_b(b.size());
  double common = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = i > window ? i - window : 0; j < std::min(b.size(), i + window + 1); ++j)
      if (!in_b[j] && a[i] == b[j]) {
        in_a[i] = in_b[j] = true;
        ++common;
        break;
      }
  if (common == 0)
    return 0;
  double moved = 0;
  for (std::size_t i = 0, j = 0; i < a.size(); ++i)
    if (in_a[i]) {
      while (!in_b[j])
        ++j;
      moved += a[i] != b[j] ? 0.5 : 0;
      ++j;
    }
  return (common / static_cast<double>(a.size()) + common / static_cast<double>(b.size())
          + (common - moved) / common)
         / 3;
}

/// Winkler: a common beginning of up to four letters counts more.
double jaro_winkler(std::string_view a, std::string_view b) {
  const auto like = jaro(a, b);
  std::size_t prefix = 0;
  while (prefix < std::min({a.size(), b.size(), std::size_t{4}}) && a[prefix] == b[prefix])
    ++prefix;
  return like + static_cast<double>(prefix) * 0.1 * (1 - like);
}

/// Every word has its counterpart; the least alike pair decides, so that one name of two that is
/// the same cannot stand for both.
double likeness(const Folded& a, const Folded& b) {
  if (a.words.size() < 2 || b.words.size() < 2)
    return 0;
  if (a.words.size() != b.words.size())
    return jaro_winkler(a.text, b.text) * 0.95;
  double least = 1;
  std::set<std::size_t> taken;
  for (const auto& word : a.words) {
    double best = 0;
    std::size_t best_at = 0;
    for (std::size_t i = 0; i < b.words.size(); ++i)
      if (const auto like = jaro_winkler(word, b.words[i]); !taken.contains(i) && like > best) {
        best = like;
        best_at = i;
      }
    taken.insert(best_at);
    least = std::min(least, best);
  }
  return least;
}

/// Where a name is looked for others like it.
std::string block_of(const Folded& name) {
  const auto longest =
      std::max_element(name.words.begin(), name.words.end(),
                       [](const auto& a, const auto& b) { return a.size() < b.size(); });
  return longest == name.words.end() ? std::string() : longest->substr(0, 2);
}

class Clusters {
public:
  explicit Clusters(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i)
      i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    const auto ra = root(a), rb = root(b);
    parent_[std::max(ra, rb)] = std::min(ra, rb);
  }

private:
  std::vector<std::size_t> parent_;
};

struct Pair {
  std::size_t a, b;
  std::string_view by;
  double name = 0;
  auto operator<=>(const Pair&) const = default;
};

void pairs_by_address(const std::vector<DuplicateCandidate>& all,
                      std::vector<std::string> DuplicateCandidate::*addresses, std::string_view by,
                      const std::vector<Folded>& names, std::vector<Pair>& out) {
  std::map<std::string_view, std::size_t> first;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const auto& address : all[i].*addresses) {
      const auto [at, is_first] = first.emplace(address, i);
      if (!is_first && at->second != i)
        out.push_back({at->second, i, by, likeness(names[at->second], names[i])});
    }
}

void pairs_by_name(const std::vector<Folded>& names, std::vector<Pair>& out) {
  std::map<std::string, std::vector<std::size_t>> blocks;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i].words.size() >= 2)
      blocks[block_of(names[i])].push_back(i);
  for (const auto& [start, members] : blocks)
    for (std::size_t m = 0; m < members.size(); ++m)
      for (std::size_t n = m + 1; n < std::min(members.size(), m + block_max); ++n)
        if (const auto like = likeness(names[members[m]], names[members[n]]);
            like >= names_alike_from)
          out.push_back({members[m], members[n], "name", like});
}

} // namespace

double name_likeness(const DuplicateCandidate& a, const DuplicateCandidate& b) {
  return likeness(folded(a), folded(b));
}

std::vector<DuplicateCluster> find_duplicates(const std::vector<DuplicateCandidate>& given) {
  auto all = given;
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.contact < b.contact; });
  std::vector<Folded> names;
  for (const auto& candidate : all)
    names.push_back(folded(candidate));
  std::vector<Pair> pairs;
  pairs_by_address(all, &DuplicateCandidate::phones, "phone", names, pairs);
  pairs_by_address(all, &DuplicateCandidate::emails, "email", names, pairs);
  pairs_by_name(names, pairs);
  Clusters clusters(all.size());
  for (const auto& pair : pairs)
    clusters.join(pair.a, pair.b);
  std::map<std::size_t, DuplicateCluster> found;
  std::map<std::size_t, std::set<std::string>> alike;
  for (const auto& pair : pairs) {
    const auto root = clusters.root(pair.a);
    auto& cluster = found[root];
    alike[root].emplace(pair.by);
    cluster.name_likeness = std::max(cluster.name_likeness, pair.name);
    cluster.names_differ |= pair.by != "name" && names[pair.a].words.size() >= 2
                            && names[pair.b].words.size() >= 2 && pair.name < names_alike_from;
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (const auto at = found.find(clusters.root(i)); at != found.end())
      at->second.contacts.push_back(all[i].contact);
  std::vector<DuplicateCluster> out;
  for (auto& [root, cluster] : found) {
    cluster.alike.assign(alike[root].begin(), alike[root].end());
    out.push_back(std::move(cluster));
  }
  return out;
}

} // namespace tidemark::domain
