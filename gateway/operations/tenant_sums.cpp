#include "gateway/operations/tenant_sums.hpp"

#include "base/text/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <vector>

namespace tidemark::gateway {
namespace {

constexpr std::size_t named_all = 50, named_most = 20;
constexpr std::string_view counted = "tidemark_webhooks_total{";

/// `name="`, and where its value stands in the line; npos: it has none.
struct Label {
  std::size_t from = std::string_view::npos, to = 0;
  explicit operator bool() const { return from != std::string_view::npos; }
};
Label label_in(std::string_view line, std::string_view start) {
  const auto at = line.find(start);
  if (at == std::string_view::npos)
    return {};
  const auto from = at + start.size();
  return {from, line.find('"', from)};
}

/// Of a follower, such as `acme/delivery/crm`, what stands before the first slash.
std::string_view tenant_in(std::string_view line) {
  if (const auto own = label_in(line, "{tenant=\""))
    return line.substr(own.from, own.to - own.from);
  const auto follower = label_in(line, "{follower=\"");
  if (!follower)
    return {};
  const auto name = line.substr(follower.from, follower.to - follower.from);
  const auto slash = name.find('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

double value_of(std::string_view line) {
  double out = 0;
  const auto digits = line.substr(line.rfind(' ') + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

/// The series that it becomes part of.
std::string merged_series(std::string_view line) {
  std::string out(line.substr(0, line.rfind(' ')));
  for (const auto* start : {"{tenant=\"", "connector=\""})
    if (const auto own = label_in(out, start))
      out.replace(own.from, own.to - own.from, "other");
  if (const auto own = label_in(out, "{follower=\"")) {
    const auto parts = split(std::string_view(out).substr(own.from, own.to - own.from), "/");
    out.replace(own.from, own.to - own.from,
                "other/" + std::string(parts.size() > 1 ? parts[1] : ""));
  }
  return out;
}

double merged_value(std::string_view series, double a, double b) {
  const auto name = series.substr(0, series.find('{'));
  if (name == "tidemark_oldest_delivery_seconds" || name == "tidemark_follower_lag")
    return std::max(a, b);
  if (name.ends_with("_left") || name.ends_with("_limit") || name.ends_with("_percent")
      || name == "tidemark_token_expires_seconds")
    return std::min(a, b);
  return a + b;
}

/// Empty where all keep their names.
std::set<std::string_view> named_tenants(const std::vector<std::string_view>& lines) {
  std::map<std::string_view, double> webhooks;
  for (const auto line : lines)
    if (const auto tenant = tenant_in(line); !tenant.empty())
      webhooks[tenant] += line.starts_with(counted) ? value_of(line) : 0;
  if (webhooks.size() <= named_all)
    return {};
  std::vector<std::pair<double, std::string_view>> order;
  for (const auto& [tenant, count] : webhooks)
    order.emplace_back(-count, tenant);
  std::ranges::sort(order);
  std::set<std::string_view> out;
  for (std::size_t i = 0; i < named_most; ++i)
    out.insert(order[i].second);
  return out;
}

/// The series of one metric that were put together, in the order in which they came.
class MergedSeries {
public:
  void add(std::string_view line) {
    auto series = merged_series(line);
    const auto [at, is_new] = values_.try_emplace(series, value_of(line));
    if (is_new)
      order_.push_back(std::move(series));
    else
      at->second = merged_value(series, at->second, value_of(line));
  }
  void write(std::string& out) {
    for (const auto& series : order_)
      out += fmt::format("{} {}\n", series, values_.at(series));
    order_.clear();
    values_.clear();
  }

private:
  std::vector<std::string> order_;
  std::map<std::string, double> values_;
};

} // namespace

std::string with_tenants_summed(std::string text) {
  const auto lines = split(text, "\n");
  const auto named = named_tenants(lines);
  if (named.empty())
    return text;
  std::string out;
  MergedSeries merged;
  for (const auto line : lines) {
    if (line.starts_with('#'))
      merged.write(out);
    const auto tenant = line.starts_with('#') ? std::string_view() : tenant_in(line);
    if (!tenant.empty() && !named.contains(tenant))
      merged.add(line);
    else if (!line.empty())
      out += std::string(line) + "\n";
  }
  merged.write(out);
  return out;
}

} // namespace tidemark::gateway
