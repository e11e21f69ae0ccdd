#include "replay-tools/imports/message_rows.hpp"

#include "domain/rules/normalise.hpp"
#include "events/format/field_set.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/imports/opt_out_rows.hpp"

#include <algorithm>
#include <array>

namespace tidemark::tools {
namespace {

using Word = std::pair<std::string_view, std::string_view>;

/// What usual columns are called here.
constexpr std::array<Word, 53> usual_columns{{{"phone", "phone"},
                                              {"phone_number", "phone"},
                                              {"number", "phone"},
                                              {"mobile", "phone"},
                                              {"contact_phone", "phone"},
                                              {"customer_phone", "phone"},
                                              {"email", "email"},
                                              {"e_mail", "email"},
                                              {"email_address", "email"},
                                              {"contact_email", "email"},
                                              {"from", "from"},
                                              {"from_number", "from"},
                                              {"sender", "from"},
                                              {"to", "to"},
                                              {"to_number", "to"},
                                              {"recipient", "to"},
                                              {"direction", "direction"},
                                              {"at", "at"},
                                              {"time", "at"},
                                              {"date", "at"},
                                              {"timestamp", "at"},
                                              {"sent_at", "at"},
                                              {"created_at", "at"},
                                              {"date_added", "at"},
                                              {"date_created", "at"},
                                              {"date_sent", "at"},
                                              {"stated_at", "at"},
                                              {"dateadded", "at"},
                                              {"datesent", "at"},
                                              {"sentdate", "at"},
                                              {"createdat", "at"},
                                              {"text", "text"},
                                              {"body", "text"},
                                              {"message", "text"},
                                              {"content", "text"},
                                              {"message_text", "text"},
                                              {"subject", "subject"},
                                              {"channel", "channel"},
                                              {"medium", "channel"},
                                              {"agent", "agent"},
                                              {"user", "agent"},
                                              {"sent_by", "agent"},
                                              {"author", "agent"},
                                              {"state", "state"},
                                              {"status", "state"},
                                              {"our_address", "our_address"},
                                              {"our_number", "our_address"},
                                              {"id", "id"},
                                              {"message_id", "id"},
                                              {"messageid", "id"},
                                              {"messagesid", "id"},
                                              {"sid", "id"},
                                              {"message_sid", "id"}}};

constexpr std::array<Word, 10> directions{{{"inbound", "inbound"},
                                           {"incoming", "inbound"},
                                           {"in", "inbound"},
                                           {"received", "inbound"},
                                           {"outbound", "outbound"},
                                           {"outgoing", "outbound"},
                                           {"out", "outbound"},
                                           {"sent", "outbound"},
                                           {"outbound_api", "outbound"},
                                           {"outbound_reply", "outbound"}}};

constexpr std::array<Word, 8> channels{{{"sms", "sms"},
                                        {"text", "sms"},
                                        {"mms", "sms"},
                                        {"type_sms", "sms"},
                                        {"whatsapp", "whatsapp"},
                                        {"email", "email"},
                                        {"e_mail", "email"},
                                        {"mail", "email"}}};

/// How far vendors say that a message came.
constexpr std::array<Word, 12> states{{{"queued", "queued"},
                                       {"pending", "queued"},
                                       {"scheduled", "queued"},
                                       {"sent", "sent"},
                                       {"delivered", "delivered"},
                                       {"received", "delivered"},
                                       {"read", "read"},
                                       {"opened", "read"},
                                       {"failed", "failed"},
                                       {"undelivered", "failed"},
                                       {"error", "failed"},
                                       {"unknown", "unknown"}}};

template <class Words>
std::string named(const Words& words, std::string_view text) {
  const auto word = column_name(text);
  const auto at = std::ranges::find(words, word, &Word::first);
  return at == words.end() ? std::string() : std::string(at->second);
}

class MessageReader {
public:
  explicit MessageReader(const MessageReading& how) : how_(how) {}

  void take(const ListRow& row) {
    std::map<std::string, std::string> said;
    for (const auto& [column, cell] : row.cells) {
      const auto name = named(usual_columns, column);
      if (name.empty() || (name == "id" && !how_.with_ids)) {
        out.left_out.insert(column);
      } else if (!cell.empty()) {
        auto& kept = said[name];
        if (!kept.empty() && kept != cell)
          return out.bad.push_back(
              {row.line, "the row has two columns for " + name + " that say different things"});
        kept = cell;
      }
    }
    if (const auto fault = check(said); !fault.empty())
      return out.bad.push_back({row.line, fault});
    out.items.push_back({row.line, std::move(said)});
  }

  ListedMessages out;

private:
  using Members = std::map<std::string, std::string>;

  /// Puts what is said into the service's words. What is wrong, "" when nothing is.
  std::string check(Members& said) const {
    auto& direction = said["direction"];
    direction = named(directions, direction);
    if (direction.empty())
      return "direction says neither inbound (the person wrote it) nor outbound";
    take_ends(said);
    if (auto fault = check_address(said); !fault.empty())
      return fault;
    if (auto fault = check_time(said["at"]); !fault.empty())
      return fault;
    if (!said.contains("text") && !said.contains("subject"))
      return "the row has no text";
    if (const auto channel = said.find("channel"); channel != said.end()) {
      channel->second = named(channels, channel->second);
      if (channel->second.empty())
        return "the channel is none of sms, whatsapp and email";
    }
    if (const auto state = said.find("state"); state != said.end()) {
      // A word that is not known says nothing of how far it came.
      if (state->second = named(states, state->second); state->second.empty())
        said.erase(state);
    }
    return {};
  }

  /// Of the two ends the one is the person's, unless that is said by itself.
  static void take_ends(Members& said) {
    const bool inbound = said["direction"] == "inbound";
    const auto from = said.extract("from"), to = said.extract("to");
    const auto& theirs = inbound ? from : to;
    const auto& ours = inbound ? to : from;
    if (theirs && !said.contains("phone") && !said.contains("email"))
      said[theirs.mapped().find('@') == std::string::npos ? "phone" : "email"] = theirs.mapped();
    if (ours)
      said.try_emplace("our_address", ours.mapped());
  }

  std::string check_address(Members& said) const {
    // An export names both where it has both: the channel says which one it went to.
    if (said.contains("phone") && said.contains("email"))
      said.erase(named(channels, said["channel"]) == "email" ? "phone" : "email");
    if (said.contains("channel") && said["channel"].empty())
      said.erase("channel");
    if (const auto phone = said.find("phone"); phone != said.end()) {
      const auto number = phone_named(phone->second, how_.region);
      if (!number)
        return "what stands for a phone number is none";
      phone->second = *number;
    } else if (const auto email = said.find("email"); email != said.end()) {
      email->second = domain::normalised(events::Field::email, email->second, how_.region);
      if (domain::identity_key(events::Field::email, email->second).empty())
        return "what stands for an e-mail address is none";
    } else {
      return "the row has neither a phone number nor an e-mail address of the person";
    }
    return {};
  }

  std::string check_time(std::string& at) const {
    constexpr std::size_t day = 10; // characters
    const auto time = at.size() > day ? time_listed(at, how_.now) : std::nullopt;
    if (!time)
      return "the time is none, or lies in the future: write 2025-03-04T10:00:00Z, or with another "
             "zone";
    at = *time;
    return {};
  }

  const MessageReading& how_;
};

} // namespace

Result<ListedMessages> read_messages(std::string_view bytes, const MessageReading& how) {
  MessageReader reader(how);
  TRYV(read_rows(bytes, {[&](const ListRow& row) { reader.take(row); },
                         [&](BadRow row) { reader.out.bad.push_back(std::move(row)); }}));
  if (reader.out.items.empty() && reader.out.bad.empty())
    return Error{"bad_usage", "the file has no rows below the one that names its columns"};
  return std::move(reader.out);
}

} // namespace tidemark::tools
