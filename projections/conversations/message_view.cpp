#include "projections/conversations/message_view.hpp"

#include "base/contains.hpp"
#include "domain/consent/auto_replies.hpp"
#include "domain/conversations/messages.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace tidemark::projections {
namespace {

constexpr std::string_view messages_table = "messages";

/// Puts what sources told of one contact's messages together.
class Story {
public:
  explicit Story(ContactId contact) : contact_(std::move(contact)) {}

  /// Rows come newest first: what is known of a message already is newer.
  void told(json::Value row) {
    if (const auto echo_of = text_of(row, "echo_of"); !echo_of.empty()) {
      echoes_[echo_of].push_back(text_of(row, "status"));
      return; // another message, as the system shows it: see `shown`
    }
    const ConnectorName source(text_of(row, "source"));
    auto ids = texts_of(row, "other_ids");
    ids.push_back(text_of(row, "id"));
    std::erase(ids, "");
    auto* known = find(source, ids);
    if (!known || (known->view.listed && !flag_of(row, "listed")))
      known = &begin(row, source, known);
    for (const auto& id : ids)
      if (!contains(known->ids, id))
        known->ids.push_back(id);
    add(known->view, row);
  }

  void shown(std::string_view delivery, std::string_view kind, json::Value row) {
    auto& one = shown_[std::string(delivery)];
    if (kind == "done") {
      one.place.done = true;
      one.place.id = text_of(row, "id");
      one.place.thread = text_of(row, "thread");
      return;
    }
    one.place.delivery = DeliveryId(std::string(delivery));
    one.place.target = ConnectorName(text_of(row, "target"));
    one.place.action = text_of(row, "action");
    one.source = ConnectorName(text_of(row, "source"));
    one.id = text_of(row, "id");
    if (one.source != domain::own_words)
      return;
    auto& own = begin(row, one.source);
    own.ids = {std::string(delivery)};
    one.id = delivery;
    add(own.view, row);
  }

  /// `state_of` gives how a delivery stands.
  template <class StateOf>
  Result<std::vector<MessageView>> take(StateOf state_of) {
    for (auto& [delivery, one] : shown_) {
      auto* known = find(one.source, {one.id});
      if (!known)
        continue;
      TRYV(state_of(one.place));
      const bool sends = one.place.action == "send_message";
      if (sends && (!known->sent_by_us || one.place.done)) // another one may be its repetition
        known->view.status = status_of(one.place);
      known->sent_by_us |= sends;
      known->view.shown.push_back(std::move(one.place));
    }
    std::vector<MessageView> out;
    for (auto& one : known_) {
      one.view.said_by = said_by(one);
      out.push_back(std::move(one.view));
    }
    return out;
  }

private:
  struct Known {
    std::vector<std::string> ids;
    MessageView view;
    bool sent_by_us = false;
  };
  struct Shown {
    ShownMessage place;
    ConnectorName source;
    std::string id;
  };

  static std::string said_by(const Known& one) {
    if (one.view.inbound)
      return "person";
    if (one.view.source == domain::own_words)
      return "service";
    return one.sent_by_us || !one.view.agent.empty() ? "agent" : "system";
  }

  /// Of a message that we were to send: what its sender tells of it, else what became of our
  /// asking.
  std::string status_of(const ShownMessage& place) const {
    using enum events::MessageStatus;
    auto status = place.done ? sent : unknown;
    if (const auto told = echoes_.find(place.delivery.value); told != echoes_.end())
      for (auto word = told->second.rbegin(); word != told->second.rend(); ++word)
        if (const auto now = status_named(*word); domain::is_further(status, now))
          status = now;
    if (status != unknown)
      return std::string(name_of_enum(status));
    if (place.state == "suppressed")
      return "suppressed";
    if (place.state == "rejected" || place.state == "dead")
      return std::string(name_of_enum(failed));
    return std::string(name_of_enum(place.state == "unknown" ? unknown : queued));
  }

  static events::MessageStatus status_named(std::string_view name) {
    constexpr auto& names = events::EnumNames<events::MessageStatus>::names;
    const auto at = std::ranges::find(names, name);
    return at == names.end() ? events::MessageStatus::unknown
                             : static_cast<events::MessageStatus>(at - names.begin());
  }

  Known* find(const ConnectorName& source, const std::vector<std::string>& ids) {
    const auto at = std::ranges::find_if(known_, [&](const Known& one) {
      return one.view.source == source
             && std::ranges::any_of(ids, [&](const auto& id) { return contains(one.ids, id); });
    });
    return at == known_.end() ? nullptr : &*at;
  }

  /// `instead`: what a list told of the message, which says less than its system does.
  Known& begin(json::Value row, const ConnectorName& source, Known* instead = nullptr) {
    auto& out = instead ? *instead : known_.emplace_back();
    out.view.contact = contact_;
    out.view.source = source;
    out.view.newest = position_of(row);
    out.view.listed = flag_of(row, "listed");
    out.view.status = text_of(row, "status");
    out.view.error_code = text_of(row, "error_code");
    out.view.error_text = text_of(row, "error_text");
    return out;
  }

  /// An older telling: what the newer ones left out.
  static void add(MessageView& view, json::Value row) {
    view.position = position_of(row);
    view.at = time_of(row, "at");
    view.inbound = flag_of(row, "inbound");
    view.attachments = std::max(view.attachments, number_of(row, "attachments"));
    const auto fill = [&](std::string& member, std::string_view name) {
      if (auto text = text_of(row, name); !text.empty())
        member = std::move(text);
    };
    fill(view.id, "id");
    fill(view.thread, "thread");
    fill(view.channel, "channel");
    fill(view.address, "address");
    fill(view.our_address, "our_address");
    fill(view.subject, "subject");
    fill(view.text, "text");
    fill(view.stated_at, "stated_at");
    fill(view.agent, "agent");
  }

  ContactId contact_;
  std::vector<Known> known_;
  std::map<std::string, Shown> shown_;
  std::map<std::string, std::vector<std::string>> echoes_; ///< by delivery, the newest first
};

/// Rows of the contact under `kind`; `visit` gets the parts of the key and the row.
template <class Visit>
Status each_row(const Scan& scan, const TenantId& tenant, std::string_view kind,
                const ContactId& contact, std::size_t rows_max, Visit visit) {
  bool readable = true;
  std::size_t rows = 0;
  TRYV(scan(messages_table, row_key(tenant, {kind, contact.value}), {},
            [&](std::string_view key, std::string_view value) {
              const auto row = json::parse(value);
              readable = row.ok();
              if (readable)
                visit(key_parts(key), row->root());
              return readable && ++rows < rows_max;
            }));
  if (!readable)
    return damaged_row(messages_table);
  return Done{};
}

/// A place that is done says so itself.
Status add_state(const Scan& scan, const TenantId& tenant, ShownMessage& place) {
  place.state = place.done ? "accepted" : "intended";
  if (place.done)
    return Done{};
  TRY(found, delivery(scan, tenant, place.delivery));
  if (found) {
    place.state = found->state;
    place.reason_code = found->reason_code;
  }
  return Done{};
}

/// What is going on stands as the log has it; what was said before is put in by its time.
std::vector<MessageView> newest_first(std::vector<MessageView> all) {
  const auto listed =
      std::ranges::stable_partition(all, [](const auto& one) { return !one.listed; });
  const auto middle = listed.begin();
  std::sort(all.begin(), middle,
            [](const auto& a, const auto& b) { return a.position > b.position; });
  std::sort(middle, all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.stated_at, a.position) > std::tie(b.stated_at, b.position);
  });
  std::vector<MessageView> out;
  out.reserve(all.size());
  std::merge(std::make_move_iterator(all.begin()), std::make_move_iterator(middle),
             std::make_move_iterator(middle), std::make_move_iterator(all.end()),
             std::back_inserter(out), [](const MessageView& a, const MessageView& b) {
               return (a.listed ? a.stated_at : to_rfc3339(a.at))
                      > (b.listed ? b.stated_at : to_rfc3339(b.at));
             });
  return out;
}

/// Leaves what stands behind the message at the position; where there is none, what is older.
void leave_out_through(std::vector<MessageView>& all, Position position) {
  const auto last =
      std::ranges::find_if(all, [&](const auto& one) { return one.position == position; });
  if (last != all.end())
    all.erase(all.begin(), last + 1);
  else
    std::erase_if(all, [&](const auto& one) { return one.position >= position; });
}

bool matches(const MessageView& view, const MessageFilter& filter) {
  const bool in_thread = filter.thread.empty() || view.thread == filter.thread
                         || std::ranges::any_of(view.shown, [&](const auto& one) {
                              return one.thread == filter.thread;
                            });
  return in_thread && (!filter.inbound || *filter.inbound == view.inbound)
         && (filter.status.empty() || filter.status == view.status)
         && (filter.source.empty() || filter.source == view.source.value)
         && (filter.address.empty() || view.address.empty() || filter.address == view.address);
}

} // namespace

Result<std::vector<MessageView>> messages_of(const Scan& scan, const TenantId& tenant,
                                             const std::vector<ContactId>& contacts,
                                             const MessageFilter& filter, Position before,
                                             std::size_t limit, std::size_t rows_max) {
  std::vector<MessageView> out;
  for (const auto& contact : contacts) {
    Story story(contact);
    TRYV(each_row(scan, tenant, "told", contact, rows_max,
                  [&](const auto&, json::Value row) { story.told(row); }));
    TRYV(
        each_row(scan, tenant, "shown", contact, rows_max, [&](const auto& parts, json::Value row) {
          if (parts.size() == 4)
            story.shown(parts[2], parts[3], row);
        }));
    TRY(whole, story.take([&](auto& place) { return add_state(scan, tenant, place); }));
    std::ranges::move(whole, std::back_inserter(out));
  }
  out = newest_first(std::move(out));
  if (before.value != 0)
    leave_out_through(out, before);
  std::erase_if(out, [&](const auto& one) { return !matches(one, filter); });
  if (out.size() > limit)
    out.resize(limit);
  return out;
}

} // namespace tidemark::projections
