#include "projections/consent/hearing_facts.hpp"

#include "projections/consent/opt_out_rows.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

using events::Channel;
using events::ConsentChange;

/// Type of a system that takes bodies, and of the one whose bodies they are. The log names types
/// alone; what they can do is in connectors/.
constexpr std::pair<std::string_view, std::string_view> hears_of{"verity", "gohighlevel"};

class Reader {
public:
  Reader(const Scan& scan, const TenantId& tenant, std::string_view hash)
      : scan_(scan), tenant_(tenant), hash_(hash) {}

  Result<HearingFacts> read(const std::set<std::string>& contacts) {
    TRYV(read_config());
    TRYV(read_applied());
    for (const auto& contact : contacts) {
      TRYV(read_contact(contact));
    }
    return std::move(out_);
  }

private:
  Status read_config();
  Status read_applied();
  Status read_contact(const std::string& contact);

  const Scan& scan_;
  const TenantId& tenant_;
  std::string_view hash_;
  HearingFacts out_;
};

Status Reader::read_config() {
  return each_opt_out_row(scan_, row_key(tenant_, {"config"}), [&](const auto&, json::Value row) {
    for (const auto& each : row["connectors"].items()) {
      const ConnectorName name(text_of(each, "name"));
      const auto type = text_of(each, "type");
      if (type == hears_of.first)
        out_.hearers.push_back({name, flag_of(each, "receives")});
      else if (type == hears_of.second)
        out_.sources.insert(name);
    }
  });
}

Status Reader::read_applied() {
  const auto take = [&](const auto&, json::Value row) {
    const auto change = enum_of(text_of(row, "change"), ConsentChange::ignored);
    Applied one{.contact = ContactId(text_of(row, "contact")),
                .closes = change == ConsentChange::revoked,
                .input = Position{number_of(row, "input")},
                .position = position_of(row),
                .at = time_of(row, "at"),
                .channels = texts_of(row, "channels"),
                .targets = {}};
    if (!is_about_texts(one.channels) || (!one.closes && change != ConsentChange::granted))
      return;
    for (const auto& target : row["targets"].items())
      if (text_of(target, "delivery").empty())
        one.targets.push_back({ConnectorName(text_of(target, "target")), one.contact,
                               text_of(target, "outcome"), reason_of(target), one.position});
    out_.applied.push_back(std::move(one));
  };
  return each_opt_out_row(scan_, row_key(tenant_, {"address", hash_, "applied"}), take);
}

Status Reader::read_contact(const std::string& contact) {
  const auto each = [&](std::string_view kind, const auto& take) {
    return each_opt_out_row(scan_, row_key(tenant_, {"contact", contact, kind}),
                            [&](const auto&, json::Value row) { take(row); });
  };
  TRYV(each("known", [&](json::Value row) { out_.known_to.emplace(text_of(row, "connector")); }));
  TRYV(each("by_hand", [&](json::Value row) {
    out_.deeds.push_back({ContactId(contact), ConnectorName(text_of(row, "connector")),
                          Position{number_of(row, "up_to")}, position_of(row), time_of(row, "at")});
  }));
  return each("shown", [&](json::Value row) {
    Shown one{.connector = ConnectorName(text_of(row, "connector")),
              .record = RemoteId(text_of(row, "record")),
              .position = position_of(row),
              .forwards = {}};
    for (const auto& target : row["targets"].items())
      if (auto delivery = text_of(target, "delivery"); !delivery.empty())
        one.forwards.emplace(text_of(target, "target"), std::move(delivery));
    out_.shown.push_back(std::move(one));
  });
}

} // namespace

bool is_about_texts(const std::vector<std::string>& channels) {
  return std::find(channels.begin(), channels.end(), name_of_enum(Channel::sms)) != channels.end();
}

Result<HearingFacts> hearing_facts_of(const Scan& scan, const TenantId& tenant,
                                      std::string_view hash,
                                      const std::set<std::string>& contacts) {
  return Reader(scan, tenant, hash).read(contacts);
}

} // namespace tidemark::projections
