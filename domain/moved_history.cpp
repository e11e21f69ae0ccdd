#include "domain/moved_history.hpp"

#include <algorithm>
#include <iterator>

namespace tidemark::domain {
namespace {

template <class T>
bool has(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

template <class T>
void add_missing(std::vector<T>& list, const std::vector<T>& more) {
  for (const auto& item : more)
    if (!has(list, item))
      list.push_back(item);
}

bool waits(const OwedMessage& owed) {
  return owed.delivery.value.empty();
}

/// Is it the message that is owed?
bool is_about(const KnownMessage& known, const OwedMessage& owed) {
  const auto& message = owed.message;
  return has(known.ids, MessageId{message.source, message.message_id})
         || std::any_of(message.other_ids.begin(), message.other_ids.end(), [&](const auto& id) {
              return has(known.ids, MessageId{message.source, id});
            });
}

bool is_same(const KnownMessage& a, const KnownMessage& b) {
  return std::any_of(a.ids.begin(), a.ids.end(), [&](const auto& id) { return has(b.ids, id); })
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

/// The one that gives it back has heard all that came since.
void join(KnownCall& known, const KnownCall& more) {
  const auto origin = known.origin;
  known = more;
  known.origin = origin;
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

events::History history_for(const Contact& contact, const GiveRecords& command) {
  const auto goes = [&](const auto& known) { return command.whole || known.origin == command.to; };
  events::History out;
  const auto& book = contact.messages;
  for (const auto& call : contact.calls.calls)
    if (goes(call)) {
      auto& known = out.calls.emplace_back(call);
      if (known.owed.empty())
        known.call.transcript = known.call.summary = {};
    }
  std::copy_if(book.messages.begin(), book.messages.end(), std::back_inserter(out.messages), goes);
  if (command.whole)
    out.threads = book.threads;
  for (const auto& owed : book.owed)
    if (waits(owed)
        && (command.whole
            || std::any_of(out.messages.begin(), out.messages.end(),
                           [&](const auto& known) { return is_about(known, owed); })))
      out.owed.push_back(owed);
  return out;
}

events::HistoryTaken as_taken(const TakeRecords& command) {
  events::HistoryTaken out{command.from, command.history};
  const auto origin = command.given.whole ? command.from : ContactId{};
  for (auto& call : out.history.calls)
    call.origin = origin;
  for (auto& message : out.history.messages)
    message.origin = origin;
  return out;
}

void evolve(Contact& contact, const events::HistoryGiven& e) {
  const auto came_from = [&](const auto& known) { return known.origin == e.to; };
  std::erase_if(contact.messages.messages, came_from);
  std::erase_if(contact.messages.owed, [&](const auto& owed) { return has(e.history.owed, owed); });
  std::erase_if(contact.calls.calls, came_from);
  for (auto& call : contact.calls.calls)
    if (std::any_of(e.history.calls.begin(), e.history.calls.end(),
                    [&](const auto& given) { return is_same(given, call); }))
      call.owed.clear(); // whoever has it now shows it
}

void evolve(Contact& contact, const events::HistoryTaken& e) {
  take(contact.calls.calls, e.history.calls);
  auto& book = contact.messages;
  take(book.messages, e.history.messages);
  add_missing(book.owed, e.history.owed);
  for (const auto& thread : e.history.threads)
    if (std::none_of(book.threads.begin(), book.threads.end(),
                     [&](const auto& known) { return known.system == thread.system; }))
      book.threads.push_back(thread);
}

} // namespace tidemark::domain
