#include "domain/rules/tag_key.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"
#include "projections/table/scan.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace tidemark::projections {
namespace {

constexpr std::string_view contacts_table = "contacts";

/// Per field the value from the row with the newest position (see field_mask in keys.hpp).
class NewestFields {
public:
  void add(const events::FieldSet& fields, Position position) {
    for (const auto& [field, value] : fields) {
      auto& newest = positions_[field];
      if (newest > position)
        continue;
      newest = position;
      values_.set(field, value.reveal());
    }
  }
  events::FieldSet take() { return std::move(values_); }

private:
  std::map<events::Field, Position> positions_;
  events::FieldSet values_;
};

struct RecordParts {
  RecordView view;
  Position observed; ///< newest observation; its flags count
  NewestFields seen;
  NewestFields written;
};

/// Collects the rows of one contact.
class ContactRows {
public:
  explicit ContactRows(const ContactId& id) { view_.id = id; }

  void add(const std::vector<std::string_view>& parts, json::Value row) {
    any_ = true;
    const auto kind = parts[2];
    if (kind == "changed")
      changed(row);
    else if (kind == "card")
      card(row);
    else if (kind == "tags")
      for (const auto& tag : row["tags"].items())
        add_tag(std::string(tag.text().value_or("")));
    else if (kind == "emptied")
      emptied_ = position_of(row);
    else if (kind == "gave" && parts.size() == 5)
      gave_[{std::string(parts[3]), std::string(parts[4])}] = position_of(row);
    else if ((kind == "observed" || kind == "written") && parts.size() == 6)
      record(records_[{std::string(parts[3]), std::string(parts[4])}], kind == "observed", row);
  }

  std::optional<ContactView> take() {
    if (!any_)
      return std::nullopt;
    std::erase_if(view_.fields, [&](const auto& e) { return e.second.position < emptied_; });
    for (auto& [key, parts] : records_) {
      if (const auto gave = gave_.find(key);
          gave != gave_.end() && parts.view.position <= gave->second)
        continue; // another contact's by now
      parts.view.in_use = on_card_.contains(key);
      parts.view.fields = parts.seen.take();
      parts.view.last_written = parts.written.take();
      view_.records.push_back(std::move(parts.view));
    }
    for (auto& [key, tag] : tags_)
      view_.tags.push_back(std::move(tag));
    std::ranges::sort(view_.tags, {}, [](const auto& tag) {
      return std::tuple(!domain::is_system_tag(tag), std::string_view(tag));
    });
    return std::move(view_);
  }

private:
  void card(json::Value row) {
    for (const auto& hash : row["phones"].items())
      view_.phones.emplace_back(hash.text().value_or(""));
    for (const auto& hash : row["emails"].items())
      view_.emails.emplace_back(hash.text().value_or(""));
    for (const auto& record : row["records"].items())
      on_card_.emplace(text_of(record, "connector"), text_of(record, "remote_id_hash"));
    view_.merged_into = ContactId(text_of(row, "merged_into"));
    for (const auto& part : row["parts"].items())
      view_.parts.emplace_back(std::string(part.text().value_or("")));
  }

  void changed(json::Value row) {
    const auto position = position_of(row);
    for (const auto& [field, value] : fields_of(row, "fields"))
      if (auto& known = view_.fields[field]; known.position <= position)
        known = {value.reveal(), ConnectorName(text_of(row, "source")), position};
  }

  /// Of several spellings the first in the order of bytes stands, whoever told it.
  void add_tag(std::string tag) {
    auto [known, added] = tags_.try_emplace(domain::tag_key(tag), tag);
    if (!added && tag < known->second)
      known->second = std::move(tag);
  }

  static void record(RecordParts& record, bool observed, json::Value row) {
    const auto position = position_of(row);
    record.view.connector = ConnectorName(text_of(row, "connector"));
    record.view.remote_id = RemoteId(text_of(row, "remote_id"));
    (observed ? record.seen : record.written).add(fields_of(row, "fields"), position);
    if (observed && position >= record.observed) {
      record.observed = position;
      record.view.opt_out_seen = flag_of(row, "opt_out_seen");
    }
    if (position >= record.view.position) {
      record.view.position = position;
      record.view.removed = flag_of(row, "removed"); // a write has no such member: it lives again
    }
  }

  bool any_ = false;
  ContactView view_;
  std::map<std::string, std::string> tags_; ///< by their key
  std::map<std::pair<std::string, std::string>, RecordParts> records_;
  std::set<std::pair<std::string, std::string>> on_card_;
  std::map<std::pair<std::string, std::string>, Position> gave_; ///< where it gave a record away
  Position emptied_; ///< where it became part of another contact
};

/// The contact's card, or nothing.
Result<std::optional<json::Document>> card(const Scan& scan, const TenantId& tenant,
                                           std::string_view id) {
  std::optional<Result<json::Document>> found;
  const auto key = row_key(tenant, {"contact", id, "card"});
  const auto status = scan(contacts_table, key, {}, [&](std::string_view, std::string_view value) {
    found = json::parse(value);
    return false;
  });
  if (!status)
    return status.error();
  if (!found)
    return std::optional<json::Document>{};
  if (!*found)
    return damaged_row(contacts_table);
  return std::optional<json::Document>{std::move(found->value())};
}

bool holds(json::Value list, std::string_view hash) {
  const auto items = list.items();
  return std::any_of(items.begin(), items.end(),
                     [&](const auto& item) { return item.text() == hash; });
}

/// Contacts that look-up rows name, in the order of ids.
struct Candidates {
  std::set<std::string> ids;
  std::string complete_to; ///< none is lacking up to this one; "" when none is lacking at all

  void add(Candidates more) {
    ids.merge(more.ids);
    if (!more.complete_to.empty() && (complete_to.empty() || more.complete_to < complete_to))
      complete_to = std::move(more.complete_to);
  }
};

/// Rows `<kind> <hash> <id>` with an id after `after`.
Result<Candidates> given(const Scan& scan, const TenantId& tenant, std::string_view kind,
                         std::string_view hash, std::string_view after) {
  constexpr std::size_t candidates_max = 10'000;
  Candidates out;
  const auto from = after.empty() ? std::string() : row_key(tenant, {kind, hash, after});
  TRYV(scan(contacts_table, row_key(tenant, {kind, hash}), from,
            [&](std::string_view key, std::string_view) {
              if (const auto parts = key_parts(key); parts.size() == 3)
                out.ids.emplace(parts[2]);
              return out.ids.size() < candidates_max;
            }));
  if (out.ids.size() == candidates_max)
    out.complete_to = *out.ids.rbegin();
  return out;
}

/// The candidates whose card is one of a contact of its own and fits.
Result<Page<ContactId>> chosen(const Scan& scan, const TenantId& tenant,
                               const Candidates& candidates, std::size_t limit,
                               const std::function<bool(json::Value)>& fits) {
  Page<ContactId> page;
  page.next = candidates.complete_to;
  for (const auto& id : candidates.ids) {
    if (!candidates.complete_to.empty() && id > candidates.complete_to)
      break;
    TRY(its_card, card(scan, tenant, id));
    if (!its_card || !text_of(its_card->root(), "merged_into").empty() || !fits(its_card->root()))
      continue;
    if (page.items.size() == limit) {
      page.next = page.items.back().value;
      return page;
    }
    page.items.emplace_back(id);
  }
  return page;
}

/// The contact that a look-up row names, if `still_there` holds for its card.
Result<std::optional<ContactId>> looked_up(const Scan& scan, const TenantId& tenant,
                                           const std::string& key,
                                           const std::function<bool(json::Value)>& still_there) {
  std::string id;
  bool readable = true;
  const auto status = scan(contacts_table, key, {}, [&](std::string_view, std::string_view value) {
    const auto row = json::parse(value);
    readable = row.ok();
    if (row)
      id = text_of(row->root(), "contact");
    return false;
  });
  if (!status)
    return status.error();
  if (!readable)
    return damaged_row(contacts_table);
  if (id.empty())
    return std::optional<ContactId>{};
  TRY(its_card, card(scan, tenant, id));
  if (!its_card || !still_there(its_card->root()))
    return std::optional<ContactId>{};
  return std::optional{ContactId(id)};
}

} // namespace

Result<std::optional<ContactView>> contact(const Scan& scan, const TenantId& tenant,
                                           const ContactId& id) {
  ContactRows rows(id);
  bool readable = true;
  const auto visit = [&](std::string_view key, std::string_view value) {
    const auto parts = key_parts(key);
    const auto row = json::parse(value);
    readable = row.ok() && parts.size() >= 3;
    if (readable)
      rows.add(parts, row->root());
    return readable;
  };
  TRYV(scan(contacts_table, row_key(tenant, {"contact", id.value}), {}, visit));
  if (!readable)
    return damaged_row(contacts_table);
  return rows.take();
}

Result<Page<ContactId>> contact_ids(const Scan& scan, const TenantId& tenant,
                                    std::string_view after, std::size_t limit) {
  Page<ContactId> page;
  // One step for each contact: the next key that is beyond all rows of the contact before.
  std::string last(after);
  bool more = true;
  while (more && page.items.size() < limit) {
    std::string next;
    const auto beyond =
        last.empty() ? std::string{} : row_key(tenant, {"contact", last}) + "\xff\xff";
    const auto status = scan(contacts_table, row_key(tenant, {"contact"}), beyond,
                             [&](std::string_view key, std::string_view) {
                               const auto parts = key_parts(key);
                               next = parts.size() > 1 ? std::string(parts[1]) : std::string{};
                               return false;
                             });
    if (!status)
      return status.error();
    more = !next.empty();
    if (more)
      page.items.emplace_back(next);
    last = std::move(next);
  }
  if (more && !page.items.empty())
    page.next = page.items.back().value;
  return page;
}

Result<Page<ContactId>> contacts_by_key(const Scan& scan, const TenantId& tenant,
                                        std::string_view kind, std::string_view hash,
                                        std::string_view after, std::size_t limit) {
  const std::string_view list = kind == "phone" ? "phones" : "emails";
  TRY(candidates, given(scan, tenant, kind, hash, after));
  return chosen(scan, tenant, candidates, limit,
                [&](json::Value its_card) { return holds(its_card[list], hash); });
}

Result<Page<ContactId>> contacts_sharing(const Scan& scan, const TenantId& tenant,
                                         std::string_view hash, std::string_view after,
                                         std::size_t limit) {
  TRY(candidates, given(scan, tenant, "contested", hash, after));
  return chosen(scan, tenant, candidates, limit,
                [&](json::Value its_card) { return holds(its_card["contested"], hash); });
}

Result<std::optional<ContactId>> contact_by_record(const Scan& scan, const TenantId& tenant,
                                                   const ConnectorName& connector,
                                                   std::string_view hash) {
  const auto key = row_key(tenant, {"remote", connector.value, hash});
  return looked_up(scan, tenant, key, [&](json::Value its_card) {
    const auto records = its_card["records"].items();
    return std::any_of(records.begin(), records.end(), [&](const auto& record) {
      return record["connector"].text() == connector.value
             && record["remote_id_hash"].text() == hash;
    });
  });
}

Result<Page<ContactId>> contacts_by_words(const Scan& scan, const TenantId& tenant,
                                          const std::vector<std::string>& words,
                                          std::string_view after, std::size_t limit) {
  if (words.empty())
    return Page<ContactId>{};
  TRY(candidates, given(scan, tenant, "word", words[0], after));
  return chosen(scan, tenant, candidates, limit, [&](json::Value its_card) {
    return std::all_of(words.begin(), words.end(),
                       [&](const auto& word) { return holds(its_card["words"], word); });
  });
}

Result<Page<ContactId>> contacts_by_spellings(const Scan& scan, const TenantId& tenant,
                                              const std::vector<std::vector<std::string>>& words,
                                              std::string_view after, std::size_t limit) {
  if (words.empty())
    return Page<ContactId>{};
  Candidates candidates;
  for (const auto& spelling : words[0]) {
    TRY(some, given(scan, tenant, "word", spelling, after));
    candidates.add(std::move(some));
  }
  return chosen(scan, tenant, candidates, limit, [&](json::Value its_card) {
    const auto& list = its_card["words"];
    const auto is_there = [&](const auto& spelling) { return holds(list, spelling); };
    return std::all_of(words.begin(), words.end(),
                       [&](const auto& word) { return std::ranges::any_of(word, is_there); })
           && !std::all_of(words.begin(), words.end(),
                           [&](const auto& word) { return is_there(word.front()); });
  });
}

} // namespace tidemark::projections
