#include "replay-tools/what_if/differences.hpp"

#include <algorithm>
#include <tuple>

namespace tidemark::tools {
namespace {

using domain::FactKind;

bool is_of_contact(FactKind kind) {
  return kind == FactKind::value || kind == FactKind::record_value || kind == FactKind::list
         || kind == FactKind::owner || kind == FactKind::sequence || kind == FactKind::absorbed;
}

/// One entry for what is one delivery under two ids.
std::map<DeliveryId, Delivery> paired(const Fork& fork) {
  auto out = fork.deliveries;
  for (const auto& [other, recorded] : fork.recorded_of) {
    out[recorded].other = out[other].other;
    out.erase(other);
  }
  return out;
}

/// What remains of the same to the same system about the same input: it left on both sides.
void drop_alike(std::map<DeliveryId, Delivery>& deliveries) {
  using Same = std::tuple<ConnectorName, std::string, Position>;
  const auto same = [](const Delivery& one) { return Same{one.target, one.what, one.input}; };
  std::multimap<Same, DeliveryId> recorded;
  for (const auto& [id, one] : deliveries)
    if (one.recorded.sent && !one.other.intended)
      recorded.emplace(same(one), id);
  std::vector<DeliveryId> alike;
  for (const auto& [id, one] : deliveries) {
    const auto pair =
        one.other.sent && !one.recorded.intended ? recorded.find(same(one)) : recorded.end();
    if (pair == recorded.end())
      continue;
    alike.insert(alike.end(), {id, pair->second});
    recorded.erase(pair);
  }
  for (const auto& id : alike)
    deliveries.erase(id);
}

class CollectedDifferences {
public:
  CollectedDifferences(Differences& to, const TenantId& tenant, OtherTenant& history)
      : to_(to), tenant_(tenant), history_(history) {}

  void contact(const ContactId& id, const Fork& fork) {
    bool differs = false;
    std::set<AddressHash> addresses;
    for (auto& change : domain::changes_between(domain::facts_of(fork.recorded),
                                                domain::facts_of(history_.state().contact(id)))) {
      const auto kind = change.key.kind;
      const auto address = change.key.address;
      OtherFact fact{tenant_, id, fork.at, std::move(change)};
      if (kind == FactKind::record) {
        ++to_.mappings;
        list(to_.mapping_facts, std::move(fact));
      } else if (kind == FactKind::closed) {
        addresses.insert(address);
        list(to_.opt_out_facts, std::move(fact));
      } else if (is_of_contact(kind)) {
        differs = true;
        list(to_.contact_facts, std::move(fact));
      }
    }
    to_.contacts += differs ? 1 : 0;
    to_.opt_outs += addresses.size();
    told_.insert(addresses.begin(), addresses.end());
    sends(id, fork);
  }

  /// Addresses of people whom nobody knows.
  void address(const AddressHash& address, const domain::ConsentState& recorded) {
    if (told_.contains(address))
      return;
    const auto other = history_.state().consent_of(address);
    bool differs = false;
    for (std::size_t i = 0; i < events::EnumNames<events::Channel>::names.size(); ++i) {
      const auto channel = static_cast<events::Channel>(i);
      const auto was = domain::suppression(recorded, channel, "");
      const auto now = domain::suppression(other, channel, "");
      if (was.gate == now.gate)
        continue;
      differs = true;
      OtherFact fact{tenant_, {}, std::max(was.evidence, now.evidence), {}};
      fact.change.key = {
          FactKind::closed, {}, {}, std::string(events::name_of_enum(channel)), address};
      fact.change.before = words(was.gate);
      fact.change.after = words(now.gate);
      list(to_.opt_out_facts, std::move(fact));
    }
    to_.opt_outs += differs ? 1 : 0;
  }

private:
  template <class Line>
  void list(std::vector<Line>& lines, Line line) {
    if (lines.size() < listed_max)
      lines.push_back(std::move(line));
    else
      to_.is_listed_whole = false;
  }

  static std::optional<domain::Fact> words(domain::Gate gate) {
    if (gate == domain::Gate::open)
      return std::nullopt;
    return domain::Fact{gate == domain::Gate::closed ? "opted out" : "in review", {}};
  }

  void sends(const ContactId& id, const Fork& fork) {
    auto deliveries = paired(fork);
    drop_alike(deliveries);
    for (auto& [delivery_id, one] : deliveries) {
      if (!one.differs())
        continue;
      auto& count = !one.recorded.sent ? to_.would_leave
                    : !one.other.sent  ? to_.would_not_leave
                                       : to_.other_request;
      ++count;
      to_.texts += one.is_text ? 1 : 0;
      list(to_.send_list, OtherSend{tenant_, id, fork.at, delivery_id, std::move(one)});
    }
  }

  Differences& to_;
  const TenantId& tenant_;
  OtherTenant& history_;
  std::set<AddressHash> told_;
};

} // namespace

void add_differences(Differences& to, const TenantId& tenant, OtherTenant& history,
                     const std::optional<ContactId>& contact) {
  CollectedDifferences all(to, tenant, history);
  for (const auto& [id, fork] : history.forks())
    if (!contact || *contact == id)
      all.contact(id, fork);
  if (contact)
    return;
  for (const auto& [address, recorded] : history.recorded_consents())
    all.address(address, recorded);
}

} // namespace tidemark::tools
