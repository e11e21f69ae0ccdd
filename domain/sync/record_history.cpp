#include "domain/sync/record_history.hpp"

#include "base/invariant.hpp"
#include "domain/contacts/records.hpp"
#include "domain/lists/membership_planner.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Field;
using events::FieldSet;

constexpr std::size_t written_max = 8; // deliveries whose echoes are waited for, for each record

/// Did we write to the field so shortly before that nobody can tell which came last?
bool just_wrote(const ContactRecord& record, Field field, const ObservedAt& stated) {
  const auto* ours = record.ours.find(field);
  return ours && since(ours->at, stated) < echo_window;
}

/// Is the value one that we are about to bring there?
bool is_on_its_way(const Contact& contact, const ConnectorName& target, Field field,
                   const std::string& value) {
  return std::any_of(contact.open.begin(), contact.open.end(), [&](const auto& open) {
    const auto* sent = open.sent.find(field);
    return open.in_flight && open.target == target && sent
           && same_value(nullptr, field, *sent, value);
  });
}

/// The oldest that newer ones have taken the place of, else the oldest: what a record held before
/// the only write to a field has to be known for as long as webhooks may be late.
void forget_one(std::vector<WrittenValues>& written) {
  const auto is_rewritten = [&](const auto& write) {
    return std::ranges::all_of(write.values, [&](const auto& value) {
      return std::ranges::any_of(written, [&](const auto& newer) {
        return &newer > &write && newer.values.find(value.first);
      });
    });
  };
  const auto found = std::ranges::find_if(written, is_rewritten);
  written.erase(found == written.end() ? written.begin() : found);
}

/// Systems that find records by number make one when none has the number that is written.
bool may_make_record(const events::DeliveryIntended& e) {
  return e.operation == events::Operation::update && e.forward.value == 0
         && e.fields.has_value(Field::phone);
}

/// Did it, or one before it, take the place of that record?
bool descends_from(const Contact& contact, const ContactRecord& record, const RemoteId& id) {
  auto before = record.predecessor;
  for (auto left = contact.records.size(); left > 0 && !before.value.empty(); --left) {
    if (before == id)
      return true;
    const auto at =
        std::find_if(contact.records.begin(), contact.records.end(), [&](const auto& one) {
          return one.connector == record.connector && one.remote_id == before;
        });
    before = at == contact.records.end() ? RemoteId{} : at->predecessor;
  }
  return false;
}

} // namespace

void overlay(FieldSet& below, const FieldSet& above) {
  for (const auto& [field, value] : above)
    below.set(field, value.reveal());
}

void set_replaced(Contact& contact, const ConnectorName& connector, const RemoteId& id,
                  bool replaced) {
  if (id.value.empty())
    return;
  for (auto& record : contact.records)
    if (record.connector == connector && record.remote_id == id && record.replaced != replaced) {
      record.live = !replaced;
      record.replaced = replaced;
    }
}

void place_at_known_record(Contact& contact, const ConnectorName& system) {
  const auto* main = live_record(contact, system);
  if (main && !main->remote_id.value.empty())
    know_record(contact.placement, system, main->remote_id);
}

void forget_words_of_gone(Contact& contact) {
  std::erase_if(contact.placement.stated, [&](const auto& stated) {
    const bool awaits =
        std::any_of(contact.open.begin(), contact.open.end(),
                    [&](const auto& open) { return open.target == stated.connector; });
    return !awaits
           && std::none_of(contact.records.begin(), contact.records.end(), [&](const auto& record) {
                return record.connector == stated.connector && record.live
                       && (record.remote_id == stated.remote_id || record.remote_id.value.empty());
              });
  });
}

ContactRecord& record_of(Contact& contact, const ConnectorName& connector, const RemoteId& id) {
  auto* record = record_for(contact, connector, id);
  if (!record) {
    record = &contact.records.emplace_back();
    record->connector = connector;
    record->remote_id = id;
  } else if (record->remote_id.value.empty()) {
    record->remote_id = id;
  }
  return *record;
}

void evolve(Contact& contact, const events::DeliveryIntended& e) {
  std::erase_if(contact.refused, [&](const auto& refused) {
    return refused.target == e.target
           && (e.operation == events::Operation::create
               || std::any_of(refused.fields.begin(), refused.fields.end(), [&](const auto& entry) {
                    return e.fields.find(entry.first) != nullptr;
                  }));
  });
  contact.open.push_back({.delivery = e.delivery,
                          .target = e.target,
                          .operation = e.operation,
                          .remote_id = e.remote_id,
                          .fields = e.fields,
                          .sent = e.fields,
                          .context = may_make_record(e) ? e.context : FieldSet{},
                          .replaces = e.replaces});
  set_replaced(contact, e.target, e.replaces, true);
}

void take_echo(ContactRecord& record, Field field, const std::string& value,
               const DeliveryId& echo_of) {
  auto echo = std::find_if(record.written.rbegin(), record.written.rend(), [&](const auto& write) {
    const auto* sent = write.values.find(field);
    return sent && (same_value(nullptr, field, *sent, value) || write.delivery == echo_of);
  });
  if (echo == record.written.rend())
    return;
  echo->values.erase(field); // an echo counts once
  for (; echo != record.written.rend(); ++echo)
    echo->before.erase(field);
}

bool may_cross(const Contact& contact, const ContactRecord& record, Field field,
               const std::string& value, const ObservedAt& stated) {
  const bool out = std::any_of(contact.open.begin(), contact.open.end(), [&](const auto& open) {
    const auto* sent = open.sent.find(field);
    return open.in_flight && open.target == record.connector && sent
           && !same_value(nullptr, field, *sent, value);
  });
  if (out)
    return true;
  const auto* held = record.held.find(field);
  return held && just_wrote(record, field, stated)
         && (record.doubtful.has(field) || !same_value(nullptr, field, *held, value));
}

ContactRecord* replaced_record(Contact& contact, const ConnectorName& connector,
                               const RemoteId& id) {
  ContactRecord* found = nullptr;
  for (auto& record : contact.records)
    if (record.connector == connector && record.remote_id == id) {
      if (record.live)
        return nullptr;
      if (record.replaced)
        found = &record;
    }
  return found;
}

void use_again(Contact& contact, ContactRecord& record) {
  record.live = true;
  record.replaced = false;
  record.predecessor = {};
  for (auto& other : contact.records)
    if (other.connector == record.connector && &other != &record
        && descends_from(contact, other, record.remote_id)) {
      other.replaced = other.replaced || other.live;
      other.live = false;
    }
}

ContactRecord& stated_record(Contact& contact, const ConnectorName& connector, const RemoteId& id) {
  if (auto* replaced = replaced_record(contact, connector, id))
    use_again(contact, *replaced);
  if (!record_for(contact, connector, id))
    if (auto* deleted = const_cast<ContactRecord*>(deleted_record(contact, connector, id))) {
      deleted->live = true;
      deleted->removed = false;
      return *deleted;
    }
  return record_of(contact, connector, id);
}

void note_editor(const Contact& contact, ContactRecord& record, const events::ContactObserved& e,
                 Field field, const std::string& value) {
  const auto* held = record.held.find(field);
  if (value.empty())
    return record.edited.remove(field);
  const bool same = held && same_value(nullptr, field, *held, value);
  if (!same && e.outcome != events::Outcome::echo_of
      && !is_on_its_way(contact, record.connector, field, value))
    record.edited.add(field);
}

void remember_write(ContactRecord& record, const events::DeliveryAccepted& e,
                    const FieldSet& values, const WriteTime& at) {
  WrittenValues write{e.facts.delivery, at, values, {}};
  for (const auto& [field, value] : values) {
    const auto* before = record.held.find(field);
    if (before && same_value(nullptr, field, *before, value.reveal()))
      write.values.erase(field); // written once more to be sure: no change, so no echo
    else if (before)
      write.before.set(field, *before);
    record.ours[field] = {at, true};
    record.parked.remove(field);
    record.edited.remove(field);
  }
  overlay(record.held, values);
  TIDEMARK_INVARIANT(std::all_of(write.before.begin(), write.before.end(),
                                 [&](const auto& was) { return write.values.find(was.first); }),
                     "what " + e.facts.delivery.value + " wrote");
  if (write.values.empty())
    return;
  record.written.push_back(std::move(write));
  if (record.written.size() > written_max)
    forget_one(record.written);
}

} // namespace tidemark::domain
