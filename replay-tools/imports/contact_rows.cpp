#include "replay-tools/imports/contact_rows.hpp"

#include "domain/rules/normalise.hpp"
#include "domain/rules/reserved_tags.hpp"
#include "events/format/field_set.hpp"
#include "replay-tools/contact_key.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace tidemark::tools {
namespace {

using events::Field;

constexpr std::array<std::pair<std::string_view, Field>, 15> usual_names{
    {{"firstname", Field::first_name},
     {"lastname", Field::last_name},
     {"phone_number", Field::phone},
     {"telephone", Field::phone},
     {"mobile", Field::phone},
     {"cell", Field::phone},
     {"e_mail", Field::email},
     {"email_address", Field::email},
     {"mail", Field::email},
     {"company_name", Field::company},
     {"time_zone", Field::timezone},
     {"city", Field::address_city},
     {"state", Field::address_state},
     {"postal_code", Field::address_postal_code},
     {"country", Field::address_country}}};

std::optional<Field> field_of(std::string_view column) {
  if (const auto field = events::field_named(column))
    return field;
  for (const auto& [usual, field] : usual_names)
    if (column == usual)
      return field;
  return std::nullopt;
}

/// A column about consent: set, the one kind says that the person opted out.
bool says_opted_out(std::string_view column) {
  constexpr std::array<std::string_view, 12> names{
      "dnd",     "dnc",          "is_dnd",      "is_dnc",     "opted_out",      "is_opted_out",
      "opt_out", "unsubscribed", "do_not_call", "is_blocked", "do_not_contact", "sms_opted_out"};
  return std::ranges::find(names, column) != names.end();
}
bool says_opted_in(std::string_view column) {
  constexpr std::array<std::string_view, 7> names{
      "opt_in", "opted_in", "is_opted_in", "consent", "subscribed", "sms_consent", "sms_opt_in"};
  return std::ranges::find(names, column) != names.end();
}

/// Errs towards yes: whoever wrote something else there meant something by it.
bool is_set(std::string_view cell) {
  const auto word = column_name(cell);
  constexpr std::array<std::string_view, 7> no{"", "no", "n", "0", "false", "f", "none"};
  return std::ranges::find(no, word) == no.end();
}

std::vector<std::string> tags_of(std::string_view cell) {
  std::vector<std::string> out;
  while (!cell.empty()) {
    const auto end = std::min(cell.find_first_of(",;|"), cell.size());
    if (const auto tag = without_blanks(cell.substr(0, end)); !tag.empty())
      out.emplace_back(tag);
    cell.remove_prefix(std::min(end + 1, cell.size()));
  }
  return out;
}

class ContactReader {
public:
  ContactReader(std::string_view region, bool with_ids) : region_(region), with_ids_(with_ids) {}

  void take(const ListRow& row) {
    ListedContact contact;
    contact.line = row.line;
    for (const auto& [column, cell] : row.cells)
      if (const auto fault = cell.empty() ? "" : take(column, cell, contact); !fault.empty())
        return out.bad.push_back({row.line, fault});
    if (!contact.fields.contains("phone") && !contact.fields.contains("email"))
      return out.bad.push_back(
          {row.line, "the row has neither a phone number nor an e-mail address"});
    out.items.push_back(std::move(contact));
  }

  ListedContacts out;

private:
  /// What is wrong, "" when nothing is.
  std::string take(const std::string& column, const std::string& cell, ListedContact& contact) {
    if (const auto field = field_of(column))
      return take(*field, cell, contact);
    if (column == "name" || column == "full_name") {
      const auto [first, last] = domain::split_name(cell);
      contact.fields.try_emplace("first_name", first);
      contact.fields.try_emplace("last_name", last);
    } else if (column == "tags") {
      contact.tags = tags_of(cell);
      if (std::ranges::any_of(contact.tags, domain::is_opt_out_tag))
        return opted_out("a tag");
    } else if (column == "id" && with_ids_) {
      contact.id = cell;
    } else if (says_opted_out(column)) {
      if (is_set(cell))
        return opted_out("the column " + column);
    } else {
      (says_opted_in(column) ? out.about_consent : out.left_out).insert(column);
    }
    return {};
  }

  std::string take(Field field, const std::string& cell, ListedContact& contact) {
    auto value = cell;
    if (field == Field::phone) {
      const auto number = phone_named(cell, region_);
      if (!number)
        return "what stands for a phone number is none";
      value = *number;
    } else if (field == Field::email) {
      value = domain::normalised(field, cell, region_);
      if (domain::identity_key(field, value).empty())
        return "what stands for an e-mail address is none";
    }
    auto& kept = contact.fields[std::string(events::name_of(field))];
    if (!kept.empty() && kept != value && (field == Field::phone || field == Field::email))
      return "the row has two of a kind: a contact has one phone number and one e-mail address";
    kept = std::move(value);
    return {};
  }

  static std::string opted_out(const std::string& where) {
    return where
           + " says that the person opted out: have the row taken by `import opt-outs` first, then "
             "here without that";
  }

  std::string_view region_;
  bool with_ids_;
};

} // namespace

Result<ListedContacts> read_contacts(std::string_view bytes, std::string_view region,
                                     bool with_ids) {
  ContactReader reader(region, with_ids);
  TRYV(read_rows(bytes, {[&](const ListRow& row) { reader.take(row); },
                         [&](BadRow row) { reader.out.bad.push_back(std::move(row)); }}));
  if (reader.out.items.empty() && reader.out.bad.empty())
    return Error{"bad_usage", "the file has no rows below the one that names its columns"};
  return std::move(reader.out);
}

} // namespace tidemark::tools
