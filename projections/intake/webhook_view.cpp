#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"
#include "projections/table/scan.hpp"

namespace tidemark::projections {
namespace {

constexpr std::string_view outcomes_table = "webhook_outcomes";

/// The newest conclusion about one delivery of the webhook.
struct Concluded {
  std::string state;
  Reason reason_code = Reason::none;
  Position position;
  Timestamp at;
};

/// Rows come in the order parked, command, delivery, released, timed_out, interpreted (keys sort by
/// the length of a part first).
class WebhookRows {
public:
  explicit WebhookRows(Position webhook) { view_.webhook = webhook; }

  void add(const std::vector<std::string_view>& parts, json::Value row) {
    if (parts[2] == "command")
      decided(row);
    else if (parts[2] == "delivery" && parts.size() == 4)
      concluded_[std::string(parts[3])] = {text_of(row, "state"), reason_of(row), position_of(row),
                                           time_of(row, "at")};
    else if (parts[2] == "parked")
      parked(row);
    else if (parts[2] == "timed_out")
      timed_out(row);
    else if (parts[2] == "released")
      released(row);
    else if (parts[2] == "interpreted")
      interpreted(row);
  }

  std::optional<WebhookView> take() {
    if (view_.interpreted == Position{})
      return std::nullopt;
    for (auto& command : view_.commands)
      for (auto& target : command.targets)
        if (const auto found = concluded_.find(target.delivery.value); found != concluded_.end()) {
          // An opt-out that found nobody to tell has not failed.
          const bool untold =
              found->second.reason_code == Reason::no_record_there
              && (target.reason_code == Reason::opt_out || target.reason_code == Reason::opt_in);
          target.outcome =
              untold ? "skipped" : outcome_of_state(found->second.state, found->second.reason_code);
          target.reason_code = found->second.reason_code;
          target.position = found->second.position;
          target.at = found->second.at;
        }
    return std::move(view_);
  }

private:
  CommandView& command(std::uint32_t index) {
    for (auto& known : view_.commands)
      if (known.index == index)
        return known;
    auto& made = view_.commands.emplace_back();
    made.index = index;
    made.outcome = "pending";
    return made;
  }

  void interpreted(json::Value row) {
    view_.connector = ConnectorName(text_of(row, "connector"));
    view_.kind = text_of(row, "kind");
    view_.interpreted = position_of(row);
    for (const auto& item : row["commands"].items()) {
      auto& known = command(static_cast<std::uint32_t>(number_of(item, "index")));
      known.kind = text_of(item, "kind");
      known.contact = ContactId(text_of(item, "contact"));
      known.new_contact = flag_of(item, "new_contact");
    }
    for (const auto& part : row["skipped"].items())
      view_.skipped.push_back({text_of(part, "outcome"), reason_of(part), text_of(part, "text")});
  }

  void parked(json::Value row) {
    auto& known = command(static_cast<std::uint32_t>(number_of(row, "index")));
    known.kind = text_of(row, "kind");
    known.outcome = "parked";
    known.reason_code = Reason::waiting_for_contact;
    known.waiting_for = text_of(row, "waiting_for");
    known.position = position_of(row);
  }

  void timed_out(json::Value row) {
    auto& known = command(static_cast<std::uint32_t>(number_of(row, "index")));
    known.outcome = "dead";
    known.reason_code = Reason::waited_too_long;
    known.position = position_of(row);
  }

  void released(json::Value row) {
    auto& known = command(static_cast<std::uint32_t>(number_of(row, "parked")));
    known.contact = ContactId(text_of(row, "contact"));
    known.released_by = Position{number_of(row, "by")};
    known.released_index = static_cast<std::uint32_t>(number_of(row, "index"));
  }

  void decided(json::Value row) {
    auto& known = command(static_cast<std::uint32_t>(number_of(row, "index")));
    known.contact = ContactId(text_of(row, "contact"));
    known.outcome = text_of(row, "outcome");
    known.reason_code = reason_of(row);
    known.echo_of = DeliveryId(text_of(row, "echo_of"));
    known.position = position_of(row);
    for (const auto& target : row["targets"].items())
      known.targets.push_back({ConnectorName(text_of(target, "target")), text_of(target, "outcome"),
                               reason_of(target), DeliveryId(text_of(target, "delivery")),
                               known.position, time_of(row, "at")});
  }

  WebhookView view_;
  std::map<std::string, Concluded> concluded_;
};

} // namespace

Result<std::optional<WebhookView>> webhook(const Scan& scan, const TenantId& tenant,
                                           Position position) {
  WebhookRows rows(position);
  bool readable = true;
  const auto visit = [&](std::string_view key, std::string_view value) {
    const auto parts = key_parts(key);
    const auto row = json::parse(value);
    readable = row.ok() && parts.size() >= 3;
    if (readable)
      rows.add(parts, row->root());
    return readable;
  };
  const auto prefix = row_key(tenant, {"webhook", position_part(position)});
  TRYV(scan(outcomes_table, prefix, {}, visit));
  if (!readable)
    return damaged_row(outcomes_table);
  return rows.take();
}

namespace {

/// The webhook itself, then each request to read it again.
Result<std::vector<Position>> inputs_of(const Scan& scan, const TenantId& tenant,
                                        Position webhook) {
  std::vector<Position> inputs{webhook};
  bool readable = true;
  TRYV(scan(outcomes_table, row_key(tenant, {"again", position_part(webhook)}), {},
            [&](std::string_view, std::string_view value) {
              const auto row = json::parse(value);
              readable = row.ok();
              if (readable)
                inputs.push_back(position_of(row->root()));
              return readable;
            }));
  if (!readable)
    return damaged_row(outcomes_table);
  return inputs;
}

} // namespace

Result<Position> newest_reading(const Scan& scan, const TenantId& tenant, Position webhook) {
  TRY(inputs, inputs_of(scan, tenant, webhook));
  return inputs.back();
}

Result<ReadingsView> readings(const Scan& scan, const TenantId& tenant, Position position) {
  TRY(inputs, inputs_of(scan, tenant, position));
  ReadingsView out;
  for (const auto input : inputs) {
    TRY(found, webhook(scan, tenant, input));
    out.decided = found.has_value();
    if (!found)
      return out;
    for (const auto& command : found->commands) {
      out.decided &= command.outcome != "pending" || !command.waiting_for.empty();
      out.command_kinds.insert(command.kind);
    }
    out.left_out = found->skipped;
  }
  return out;
}

Result<Page<QuarantinedView>> quarantine(const Scan& scan, const TenantId& tenant, Position after,
                                         std::size_t limit) {
  Page<QuarantinedView> page;
  bool readable = true;
  const auto visit = [&](std::string_view, std::string_view value) {
    if (page.items.size() == limit) {
      page.next = std::to_string(page.items.back().position.value);
      return false;
    }
    const auto row = json::parse(value);
    readable = row.ok();
    if (readable)
      page.items.push_back({position_of(row->root()),
                            ConnectorName(text_of(row->root(), "connector")),
                            reason_of(row->root()), text_of(row->root(), "text")});
    return readable;
  };
  const auto from =
      after == Position{} ? std::string{} : row_key(tenant, {"quarantine", position_part(after)});
  TRYV(scan(outcomes_table, row_key(tenant, {"quarantine"}), from, visit));
  if (!readable)
    return damaged_row(outcomes_table);
  return page;
}

namespace {

Result<bool> is_listed(const Scan& scan, const TenantId& tenant, std::string_view list,
                       Position position) {
  bool found = false;
  const auto visit = [&](std::string_view, std::string_view) {
    found = true;
    return false;
  };
  TRYV(scan(outcomes_table, row_key(tenant, {list, position_part(position)}), {}, visit));
  return found;
}

} // namespace

Result<bool> is_quarantined(const Scan& scan, const TenantId& tenant, Position position) {
  return is_listed(scan, tenant, "quarantine", position);
}

Result<bool> is_done(const Scan& scan, const TenantId& tenant, Position webhook) {
  return is_listed(scan, tenant, "done", webhook);
}

} // namespace tidemark::projections
