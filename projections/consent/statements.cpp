#include "projections/consent/statements.hpp"

#include "projections/consent/opt_out_rows.hpp"
#include "projections/table/keys.hpp"

namespace tidemark::projections {

using events::ConsentChange;

std::optional<StatementView> statement_of(json::Value row, std::string_view hash) {
  StatementView out;
  auto& e = out.change;
  e.kind = events::field_named(text_of(row, "kind")).value_or(events::Field::phone);
  const auto alias_of = text_of(row, "alias_of");
  if (!read_hex(hash, e.address_hash.value)
      || (!alias_of.empty() && !read_hex(alias_of, e.alias_of.emplace().value)))
    return std::nullopt;
  e.address = PiiText(text_of(row, "address"));
  e.change = enum_of(text_of(row, "change"), ConsentChange::revoked);
  e.channels = channels_named(texts_of(row, "channels"));
  e.sender = text_of(row, "sender");
  e.reason_code = reason_of(row);
  e.evidence = enum_of(text_of(row, "evidence"), events::Evidence::flag);
  e.source = ConnectorName(text_of(row, "source"));
  e.rule = text_of(row, "rule");
  e.by = text_of(row, "by");
  e.stated_at = text_of(row, "stated_at");
  e.input = Position{number_of(row, "input")};
  e.received_at = time_of(row, "received_at");
  e.request = Position{number_of(row, "request")};
  e.record = RemoteId(text_of(row, "record"));
  out.decided = position_of(row);
  out.decided_at = time_of(row, "at");
  out.cause = Position{number_of(row, "cause")};
  // What was carried over to an address holds there from when the two were joined: before that
  // nobody could know.
  out.effective = e.reason_code == Reason::carried_over ? out.cause : e.input;
  return out;
}

std::string_view said_by(const events::ConsentChanged& change) {
  return change.evidence == events::Evidence::vendor_refusal ? std::string_view("vendor")
                                                             : std::string_view(change.by);
}

Kept kept_since(const std::vector<StatementView>& history, events::Channel channel, Position from) {
  Kept out;
  for (const auto& statement : history) {
    auto next = out.state;
    domain::evolve(next, statement.change);
    if (statement.decided > from && domain::is_suppressed(out.state, channel, {})
        && !domain::is_suppressed(next, channel, {})) {
      out.lifted = &statement;
      return out;
    }
    out.state = std::move(next);
  }
  return out;
}

Result<domain::ConsentState> consent_state_of(const Scan& scan, const TenantId& tenant,
                                              std::string_view hash) {
  domain::ConsentState state;
  TRYV(each_opt_out_row(scan, row_key(tenant, {"address", hash, "stated"}),
                        [&](const auto&, json::Value row) {
                          const auto statement = statement_of(row, hash);
                          if (statement)
                            domain::evolve(state, statement->change);
                          return statement.has_value();
                        }));
  return state;
}

} // namespace tidemark::projections
