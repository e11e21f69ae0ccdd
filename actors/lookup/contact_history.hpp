#pragma once
#include "actors/ports/tenant_context.hpp"
#include "domain/contacts/state.hpp"

/// A contact as its recorded events make it: from the newest snapshot and what came after.
namespace tidemark::actors {

struct ContactHistory {
  domain::Contact contact;
  StreamVersion version; ///< events in the contact's own stream
  Position read_to;      ///< newest event under the contact's tag that is in `contact`
  std::size_t events_since_snapshot = 0;

  void apply(const events::Event& event, const events::Envelope& envelope,
             const StreamName& own_stream);
};

/// Reads on from `history.read_to`. A storage error is returned; nobody decides on half a history.
Status catch_up(ContactHistory& history, const TenantContext& context, const ContactId& id);

/// The newest snapshot, or an empty history.
Result<ContactHistory> load_contact(const TenantContext& context, const ContactId& id);
/// Stores a snapshot once enough happened since the last.
Status save_snapshot(ContactHistory& history, const TenantContext& context, const ContactId& id,
                     std::size_t at_least);

} // namespace tidemark::actors
