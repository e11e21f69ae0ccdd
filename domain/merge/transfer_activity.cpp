#include "domain/merge/transfer_activity.hpp"

#include "base/bytes.hpp"
#include "base/contains.hpp"
#include "base/crypto.hpp"
#include "domain/contacts/records.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/conversations/messages.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tidemark::domain {
namespace {

template <class T>
void add_missing(std::vector<T>& list, const std::vector<T>& more) {
  for (const auto& item : more)
    if (!contains(list, item))
      list.push_back(item);
}

bool waits(const WaitingMessage& waiting) {
  return waiting.delivery.value.empty();
}

/// Is it the message that is owed?
bool is_about(const KnownMessage& known, const WaitingMessage& waiting) {
  const auto& message = waiting.message;
  const auto has_id = [&](const std::string& id) {
    return !id.empty() && contains(known.ids, MessageId{message.source, id});
  };
  if (message.message_id.empty() && message.other_ids.empty())
    return known.source == message.source && known.inbound == message.inbound
           && known.text_sha256.reveal() == sha256_hex(message.text.reveal());
  return has_id(message.message_id)
         || std::any_of(message.other_ids.begin(), message.other_ids.end(), has_id);
}

/// Has the system no record of the contact, and none that is being made?
bool is_nowhere_in(const Contact& contact, const ConnectorName& system) {
  return std::none_of(contact.records.begin(), contact.records.end(),
                      [&](const auto& record) { return record.connector == system; })
         && std::none_of(contact.open.begin(), contact.open.end(), [&](const auto& open) {
              return open.target == system && open.in_flight
                     && open.operation == events::Operation::create;
            });
}

/// All calls and messages; what cannot be shown any more waits again.
events::History whole_history(const Contact& contact) {
  const auto& book = contact.messages;
  events::History out{contact.calls.calls, book.messages, book.threads, {}};
  for (auto& call : out.calls)
    std::erase_if(call.shown, [&](const auto& shown) {
      if (!is_nowhere_in(contact, shown.system))
        return false;
      if (!contains(call.waiting, shown.system))
        call.waiting.push_back(shown.system);
      return true;
    });
  for (auto waiting : book.waiting) {
    if (!waits(waiting) && !is_nowhere_in(contact, waiting.system))
      continue;
    for (auto& message : out.messages)
      std::erase_if(message.posted, [&](const auto& posted) {
        return !waits(waiting) && posted.delivery == waiting.delivery;
      });
    waiting.delivery = {};
    out.waiting.push_back(std::move(waiting));
  }
  return out;
}

/// What came from the other, and what can be of either.
events::History history_of(const Contact& contact, const ContactId& other) {
  const auto is_theirs = [&](const auto& known) { return known.origin == other; };
  events::History out;
  for (const auto& call : contact.calls.calls) {
    auto& known = out.calls.emplace_back(call);
    if (is_theirs(call))
      continue;
    known.waiting.clear();
    for (auto* text : {&known.call.their_number, &known.call.recording, &known.call.voicemail,
                       &known.call.transcript, &known.call.summary})
      *text = {};
  }
  const auto& book = contact.messages;
  out.messages = book.messages;
  for (const auto& waiting : book.waiting)
    if (waits(waiting)
        && std::any_of(book.messages.begin(), book.messages.end(), [&](const auto& known) {
             return is_theirs(known) && is_about(known, waiting);
           }))
      out.waiting.push_back(waiting);
  return out;
}

bool is_same(const KnownMessage& a, const KnownMessage& b) {
  return std::any_of(a.ids.begin(), a.ids.end(),
                     [&](const auto& id) { return contains(b.ids, id); })
         || std::any_of(a.posted.begin(), a.posted.end(), [&](const auto& one) {
              return std::any_of(b.posted.begin(), b.posted.end(),
                                 [&](const auto& other) { return one.delivery == other.delivery; });
            });
}

bool is_same(const KnownCall& a, const KnownCall& b) {
  return a.call.source == b.call.source && a.call.call_id == b.call.call_id;
}

void join(KnownMessage& known, const KnownMessage& more) {
  add_missing(known.ids, more.ids);
  for (const auto& posted : more.posted)
    if (std::none_of(known.posted.begin(), known.posted.end(),
                     [&](const auto& one) { return one.delivery == posted.delivery; }))
      known.posted.push_back(posted);
  known.to_be_sent |= more.to_be_sent;
  if (is_further(known.status, more.status))
    known.status = more.status;
}

void join(KnownCall& known, const KnownCall& more) {
  known = put_together(std::move(known), more);
}

/// What was known before comes first: of too many, the oldest go.
template <class Known>
void take(std::vector<Known>& book, const std::vector<Known>& taken) {
  std::vector<Known> fresh;
  for (const auto& one : taken) {
    const auto same = [&](const auto& known) { return is_same(known, one); };
    if (const auto at = std::find_if(book.begin(), book.end(), same); at != book.end())
      join(*at, one);
    else
      fresh.push_back(one);
  }
  book.insert(book.begin(), std::make_move_iterator(fresh.begin()),
              std::make_move_iterator(fresh.end()));
}

} // namespace

events::History history_for(const Contact& contact, const ReleaseRecords& command) {
  auto out = command.whole ? whole_history(contact) : history_of(contact, command.to);
  for (auto& call : out.calls)
    if (call.waiting.empty())
      call.call.transcript = call.call.summary = {};
  return out;
}

events::HistoryAdopted as_taken(const AdoptRecords& command) {
  events::HistoryAdopted out{command.from, command.history};
  const auto origin = command.given.whole ? command.from : ContactId{};
  for (auto& call : out.history.calls)
    call.origin = origin;
  for (auto& message : out.history.messages)
    message.origin = origin;
  return out;
}

void evolve(Contact& contact, const events::HistoryReleased& e) {
  const auto came_from = [&](const auto& known) { return known.origin == e.to; };
  std::erase_if(contact.messages.messages, came_from);
  std::erase_if(contact.calls.calls, came_from);
  std::erase_if(contact.messages.waiting, [&](const auto& waiting) {
    return std::any_of(e.history.waiting.begin(), e.history.waiting.end(), [&](const auto& given) {
      return given.system == waiting.system && given.message == waiting.message;
    });
  });
  for (const auto& given : e.history.calls)
    for (auto& call : contact.calls.calls)
      if (is_same(given, call) && !given.waiting.empty()) {
        call.shown = given.shown;
        call.waiting.clear(); // whoever has it now shows it
      }
}

void evolve(Contact& contact, const events::HistoryAdopted& e) {
  take(contact.calls.calls, e.history.calls);
  auto& book = contact.messages;
  take(book.messages, e.history.messages);
  add_missing(book.waiting, e.history.waiting);
  // A thread is one record's: that of a record which is not written to would mislead.
  for (const auto& thread : e.history.threads) {
    const auto* record = live_record(contact, thread.system);
    if (record && record->origin == e.from
        && std::none_of(book.threads.begin(), book.threads.end(),
                        [&](const auto& known) { return known.system == thread.system; }))
      book.threads.push_back(thread);
  }
}

} // namespace tidemark::domain
