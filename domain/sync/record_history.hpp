#pragma once
#include "domain/contacts/state.hpp"
#include "domain/sync/observation.hpp"

#include <string>
#include <vector>

/// What a contact remembers of its records over there: what each holds, what we wrote to it, and
/// which of that can be told apart.
namespace tidemark::domain {

void overlay(events::FieldSet& below, const events::FieldSet& above);

/// The record with this id, which is made when there is none.
ContactRecord& record_of(Contact& contact, const ConnectorName& connector, const RemoteId& id);

/// The record that states something; one that was deleted or given up is back then.
ContactRecord& stated_record(Contact& contact, const ConnectorName& connector, const RemoteId& id);

/// A record that another took the place of, unless it is in use again.
ContactRecord* replaced_record(Contact& contact, const ConnectorName& connector,
                               const RemoteId& id);

/// A system led us back to the record, as after a number was changed there and back: those that
/// took its place since do so no more.
void use_again(Contact& contact, ContactRecord& record);

/// Another takes the place of the record, or does not after all.
void set_replaced(Contact& contact, const ConnectorName& connector, const RemoteId& id,
                  bool replaced);

/// One more change of a record is on its way.
void evolve(Contact& contact, const events::DeliveryIntended& e);

/// A stated value is the echo of the newest write that has it, which therefore arrived, as did all
/// writes before it: what the record held before those is no longer to be expected.
void take_echo(ContactRecord& record, events::Field field, const std::string& value,
               const DeliveryId& echo_of);

/// May a write of ours to the field have come after what the record states, or before? Nobody can
/// tell while it is out, and for a while after it was taken, also when the record has stated other
/// values since.
bool may_cross(const Contact& contact, const ContactRecord& record, events::Field field,
               const std::string& value, const ObservedAt& stated);

/// Who changed the field last over there: us, or somebody else?
void note_editor(const Contact& contact, ContactRecord& record, const events::ContactObserved& e,
                 events::Field field, const std::string& value);

/// What was written, until its echoes came.
void remember_write(ContactRecord& record, const events::DeliveryAccepted& e,
                    const events::FieldSet& values, const WriteTime& at);

/// What is held without a record's id is held by the one that is known now.
void place_at_known_record(Contact& contact, const ConnectorName& system);

/// Tags, agent and status of a record that is no more count no longer. While something is on its
/// way there, another may take its place, or a create may fail that was to replace it.
void forget_words_of_gone(Contact& contact);

} // namespace tidemark::domain
