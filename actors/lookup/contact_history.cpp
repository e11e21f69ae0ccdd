// Snapshot row, table "contact_snapshots", key: tenant, contact. Value:
//   u8 form · u64 position · u32 stream version · u8 length, incarnation · JSON of domain::Contact
// `form` is domain::contact_snapshot_version: another one is thrown away, the log tells it all
// again.
#include "actors/lookup/contact_history.hpp"

#include "domain/contacts/snapshot.hpp"
#include "domain/evolve.hpp"
#include "events/format/tags.hpp"
#include "projections/table/projection.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::actors {
namespace {

constexpr std::string_view table = "contact_snapshots";
constexpr std::size_t batch = 512;

std::string key_of(const TenantContext& context, const ContactId& id) {
  return projections::row_key(context.tenant, {id.value});
}

std::optional<ContactHistory> read_snapshot(std::string_view bytes, const TenantContext& context) {
  if (bytes.size() < 14 || bytes[0] != static_cast<char>(domain::contact_snapshot_version))
    return std::nullopt;
  ContactHistory history;
  history.read_to = Position{read_u64(bytes.substr(1))};
  history.version = StreamVersion{read_u32(bytes.substr(9))};
  const std::size_t length = static_cast<unsigned char>(bytes[13]);
  if (bytes.size() < 14 + length || bytes.substr(14, length) != context.incarnation
      || history.read_to > context.log().durable())
    return std::nullopt;
  auto contact = domain::from_snapshot(bytes.substr(14 + length));
  if (!contact)
    return std::nullopt;
  history.contact = *std::move(contact);
  return history;
}

} // namespace

void ContactHistory::apply(const events::Event& event, const events::Envelope& envelope,
                           const StreamName& own_stream) {
  domain::evolve(contact, event, envelope.recorded_at);
  if (envelope.stream == own_stream)
    version = envelope.version;
  read_to = envelope.position;
  ++events_since_snapshot;
}

Status catch_up(ContactHistory& history, const TenantContext& context, const ContactId& id) {
  const auto tag = events::contact_tag(id);
  const auto own = events::contact_stream(id);
  while (true) {
    TRY(positions, context.log().tagged(context.tenant, tag, history.read_to, batch));
    for (const auto position : positions) {
      TRY(recorded, storage::recorded_event(context.log(), position));
      history.apply(recorded.event, recorded.envelope, own);
    }
    if (positions.size() < batch)
      return Done{};
  }
}

Result<ContactHistory> load_contact(const TenantContext& context, const ContactId& id) {
  TRY(row, context.tables.get(table, key_of(context, id)));
  ContactHistory history;
  if (row)
    if (auto snapshot = read_snapshot(*row, context))
      history = *std::move(snapshot);
  TRYV(catch_up(history, context, id));
  return history;
}

Status save_snapshot(ContactHistory& history, const TenantContext& context, const ContactId& id,
                     std::size_t at_least) {
  if (history.events_since_snapshot < at_least)
    return Done{};
  std::string value(1, static_cast<char>(domain::contact_snapshot_version));
  append_u64(value, history.read_to.value);
  append_u32(value, history.version.value);
  value.push_back(static_cast<char>(context.incarnation.size()));
  value += context.incarnation;
  value += domain::snapshot_of(history.contact);
  history.events_since_snapshot = 0;
  return context.tables.apply(table, {{key_of(context, id), std::move(value)}}, history.read_to);
}

} // namespace tidemark::actors
