#include "projections/conversations/message_view.hpp"

#include "base/contains.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

constexpr std::string_view messages_table = "messages";

/// Puts what sources told of one contact's messages together.
class Story {
public:
  explicit Story(ContactId contact) : contact_(std::move(contact)) {}

  /// Rows come newest first: what is known of a message already is newer.
  void told(json::Value row) {
    if (!text_of(row, "echo_of").empty())
      return; // another message, as the system shows it: see `shown`
    const ConnectorName source(text_of(row, "source"));
    auto ids = texts_of(row, "other_ids");
    ids.push_back(text_of(row, "id"));
    std::erase(ids, "");
    auto* known = find(source, ids);
    if (!known)
      known = &begin(row, source);
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
    one.source = text_of(row, "source");
    one.id = text_of(row, "id");
  }

  std::vector<MessageView> take() {
    for (auto& [delivery, one] : shown_)
      if (auto* known = find(ConnectorName(one.source), {one.id}))
        known->view.shown.push_back(std::move(one.place));
    std::vector<MessageView> out;
    for (auto& one : known_)
      out.push_back(std::move(one.view));
    return out;
  }

private:
  struct Known {
    std::vector<std::string> ids;
    MessageView view;
  };
  struct Shown {
    ShownMessage place;
    std::string source, id;
  };

  Known* find(const ConnectorName& source, const std::vector<std::string>& ids) {
    const auto at = std::ranges::find_if(known_, [&](const Known& one) {
      return one.view.source == source
             && std::ranges::any_of(ids, [&](const auto& id) { return contains(one.ids, id); });
    });
    return at == known_.end() ? nullptr : &*at;
  }

  Known& begin(json::Value row, const ConnectorName& source) {
    auto& out = known_.emplace_back();
    out.view.contact = contact_;
    out.view.source = source;
    out.view.newest = position_of(row);
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
    for (auto& one : story.take())
      if (matches(one, filter) && (before.value == 0 || one.position < before))
        out.push_back(std::move(one));
  }
  std::ranges::sort(out, [](const auto& a, const auto& b) { return a.position > b.position; });
  if (out.size() > limit)
    out.resize(limit);
  return out;
}

} // namespace tidemark::projections
