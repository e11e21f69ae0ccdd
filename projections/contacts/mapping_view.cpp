#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "projections/table/row_reader.hpp"
#include "projections/table/scan.hpp"

namespace tidemark::projections {
namespace {

constexpr std::string_view mappings_table = "mappings";

/// The rows of one record, put together.
class MappingRows {
public:
  /// `key_end` is the key's parts from `id` or `seen` on.
  void add(std::span<const std::string_view> key_end, json::Value row) {
    if (key_end[0] == "id") {
      exists_ = true;
      view_.connector = ConnectorName(text_of(row, "connector"));
      view_.remote_id = RemoteId(text_of(row, "remote_id"));
      told_by_ = ContactId(text_of(row, "contact"));
      id_position_ = position_of(row);
      id_at_ = time_of(row, "at");
    } else if (key_end.size() == 3) {
      seen_.push_back({ContactId(std::string(key_end[1])), position_of(row), time_of(row, "at")});
    }
  }

  std::optional<MappingView> take() {
    if (!exists_)
      return std::nullopt;
    const Seen* newest = nullptr;
    for (const auto& seen : seen_)
      if (!newest || seen.position > newest->position)
        newest = &seen;
    view_.contact = newest ? newest->contact : told_by_;
    view_.position = id_position_;
    view_.since = id_at_;
    for (const auto& seen : seen_)
      if (seen.contact == view_.contact && seen.position < view_.position) {
        view_.position = seen.position;
        view_.since = seen.at;
      }
    return std::move(view_);
  }

private:
  struct Seen {
    ContactId contact;
    Position position;
    Timestamp at;
  };
  bool exists_ = false;
  MappingView view_;
  ContactId told_by_; ///< before a card lists the record
  Position id_position_;
  Timestamp id_at_;
  std::vector<Seen> seen_;
};

} // namespace

Result<std::optional<MappingView>> mapping(const Scan& scan, const TenantId& tenant,
                                           const ConnectorName& connector, std::string_view hash) {
  MappingRows rows;
  bool readable = true;
  const auto visit = [&](std::string_view key, std::string_view value) {
    const auto parts = key_parts(key);
    const auto row = json::parse(value);
    readable = row.ok() && parts.size() >= 4;
    if (readable)
      rows.add(std::span(parts).subspan(3), row->root());
    return readable;
  };
  TRYV(scan(mappings_table, row_key(tenant, {"record", connector.value, hash}), {}, visit));
  if (!readable)
    return damaged_row(mappings_table);
  return rows.take();
}

Result<std::vector<MappingView>> mappings_of(const Scan& scan, const TenantId& tenant,
                                             const ContactId& contact) {
  std::vector<std::pair<std::string, std::string>> records;
  const auto status = scan(mappings_table, row_key(tenant, {"contact", contact.value}), {},
                           [&](std::string_view key, std::string_view) {
                             const auto parts = key_parts(key);
                             if (parts.size() == 4)
                               records.emplace_back(parts[2], parts[3]);
                             return true;
                           });
  if (!status)
    return status.error();
  std::vector<MappingView> found;
  for (const auto& [connector, hash] : records) {
    TRY(one, mapping(scan, tenant, ConnectorName(connector), hash));
    if (one && one->contact == contact)
      found.push_back(std::move(*one));
  }
  return found;
}

Result<Page<MappingView>> mappings_page(const Scan& scan, const TenantId& tenant,
                                        const ConnectorName& connector, std::string_view after,
                                        std::size_t limit) {
  const auto from = from_hex(after);
  if (!from)
    return Error{"bad_cursor",
                 "the cursor is not one that this list gave: leave it out to begin anew"};
  const auto prefix = connector.value.empty() ? row_key(tenant, {"record"})
                                              : row_key(tenant, {"record", connector.value});
  Page<MappingView> page;
  std::string last = *from;
  while (page.items.size() < limit) {
    std::string name;
    std::string hash;
    const auto status =
        scan(mappings_table, prefix, last, [&](std::string_view key, std::string_view) {
          const auto parts = key_parts(key);
          if (parts.size() >= 4) {
            name = parts[1];
            hash = parts[2];
          }
          return false;
        });
    if (!status)
      return status.error();
    if (hash.empty())
      return page;
    TRY(one, mapping(scan, tenant, ConnectorName(name), hash));
    if (one)
      page.items.push_back(std::move(*one));
    last = row_key(tenant, {"record", name, hash}) + "\xff\xff";
  }
  page.next = to_hex(last);
  return page;
}

} // namespace tidemark::projections
