#include "replay-tools/imports/opt_out_rows.hpp"

#include "domain/consent/imported_opt_out.hpp"
#include "domain/rules/normalise.hpp"
#include "replay-tools/contact_key.hpp"

#include <algorithm>
#include <array>

namespace tidemark::tools {
namespace {

using events::Field;

constexpr std::array phone_columns{"phone",     "phone_number", "telephone",     "number",
                                   "mobile",    "cell",         "mobile_phone",  "cell_phone",
                                   "cellphone", "home_phone",   "mobile_number", "work_phone"};
constexpr std::array email_columns{"email", "e_mail", "email_address", "mail"};
constexpr std::array date_columns{"date",         "at",         "opted_out_at",
                                  "opt_out_date", "date_added", "stated_at"};

/// The word that a channel has here, "" for none of its usual ones.
std::string channel_word(std::string_view text) {
  const auto word = column_name(text);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> words{
      {{"sms", "sms"},
       {"text", "sms"},
       {"texts", "sms"},
       {"calls", "calls"},
       {"call", "calls"},
       {"phone", "calls"},
       {"voice", "calls"},
       {"email", "email"},
       {"e_mail", "email"},
       {"mail", "email"},
       {"all", "all"},
       {"any", "all"},
       {"everything", "all"},
       {"*", "all"}}};
  for (const auto& [usual, ours] : words)
    if (word == usual)
      return std::string(ours);
  return {};
}

template <class Columns>
std::vector<std::string> cells_of(const ListRow& row, const Columns& columns) {
  std::vector<std::string> out;
  for (const auto* column : columns)
    if (const auto cell = row.cells.find(column); cell != row.cells.end())
      out.push_back(cell->second);
  return out;
}

class Reader {
public:
  explicit Reader(const ListReading& how) : how_(how) {}

  void take(const ListRow& row) {
    const auto phones = cells_of(row, phone_columns), emails = cells_of(row, email_columns);
    if (phones.empty() && emails.empty())
      return bad(row, "the row has neither a phone number nor an e-mail address");
    const auto named = row.cells.find("channel");
    const auto channel = named == row.cells.end() ? how_.channel : channel_word(named->second);
    if (channel.empty())
      return bad(row, "the channel is none of sms, calls, email and all");
    std::string at;
    for (const auto& cell : cells_of(row, date_columns)) {
      const auto time = time_listed(cell, how_.now);
      if (!time)
        return bad(row, "the date is none, or lies in the future: write 2025-03-04, or a time such "
                        "as 2025-03-04T10:00:00Z");
      at = *time;
    }
    ++out.rows;
    const auto before = out.items.size() + out.bad.size();
    for (const auto& phone : phones)
      add(row, Field::phone, phone_named(phone, how_.region).value_or(""), channel, at);
    for (const auto& email : emails)
      add(row, Field::email,
          domain::identity_key(Field::email, domain::normalised(Field::email, email, "")), channel,
          at);
    if (out.items.size() + out.bad.size() == before)
      bad(row, "the row has no address that has the channel");
  }
  void bad(const ListRow& row, std::string text) { out.bad.push_back({row.line, std::move(text)}); }

  ListedOptOuts out;

private:
  void add(const ListRow& row, Field kind, const std::string& address, const std::string& channel,
           const std::string& at) {
    if (!domain::channels_named(channel, kind))
      return;
    if (address.empty())
      return bad(row, kind == Field::phone ? "what stands for a phone number is none"
                                           : "what stands for an e-mail address is none");
    out.items.push_back({row.line, kind, address, channel, at});
  }

  const ListReading& how_;
};

} // namespace

std::optional<std::string> time_listed(std::string_view text, Timestamp now) {
  constexpr std::size_t day = 10, second = 19; // characters
  std::string whole(text);
  const bool is_day = whole.size() == day;
  if (is_day)
    whole += "T23:59:59Z";
  if (whole.size() > day && whole[day] == ' ')
    whole[day] = 'T';
  if (whole.size() == second)
    whole += 'Z';
  const auto time = from_rfc3339(whole);
  if (!time || *time > now + (is_day ? std::chrono::hours{24} : std::chrono::minutes{5}))
    return std::nullopt;
  return to_rfc3339(std::min(*time, now));
}

Result<ListedOptOuts> read_opt_outs(std::string_view bytes, const ListReading& how) {
  Reader reader(how);
  TRYV(read_rows(bytes, {[&](const ListRow& row) { reader.take(row); },
                         [&](BadRow row) { reader.out.bad.push_back(std::move(row)); }}));
  if (reader.out.rows == 0 && reader.out.bad.empty())
    return Error{"bad_usage", "the file has no rows below the one that names its columns"};
  return std::move(reader.out);
}

} // namespace tidemark::tools
