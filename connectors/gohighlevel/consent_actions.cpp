#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/request.hpp"

#include <algorithm>
#include <array>

namespace tidemark::connectors::gohighlevel {
namespace {

using domain::Judgement;
using domain::Verdict;
using events::Channel;

/// The vendor's names; another case is refused (contract 5.6).
constexpr std::array<std::pair<Channel, std::string_view>, 4> channel_names{
    {{Channel::sms, "SMS"},
     {Channel::call, "Call"},
     {Channel::whatsapp, "WhatsApp"},
     {Channel::email, "Email"}}};

constexpr std::string_view search_step = "search";

bool has(const std::vector<Channel>& channels, Channel channel) {
  return std::find(channels.begin(), channels.end(), channel) != channels.end();
}

std::string_view text_of(const json::Value& value) {
  return value.text().value_or("");
}

/// Search where its record is not known, read, write every channel, read back (contract 5.6): a
/// partial write is merged, but that was measured only once.
class Attempt {
public:
  Attempt(const ActionWork& work, const Settings& settings)
      : work_(work), settings_(settings), id_(work.remote_id),
        closes_(work.intent.action == events::Action::opt_out) {}

  NextStep run() {
    if (work_.exchanges.empty())
      return id_.value.empty() ? search() : read("read");
    const auto& exchange = work_.exchanges.back();
    const bool write = exchange.step == "write";
    const auto document = json::parse(exchange.answer.body);
    const auto root = document ? document.value().root() : json::Value();
    if (auto judged = judge_common(exchange.answer, write ? Effect::repeatable : Effect::none)) {
      if (judged->verdict == Verdict::unauthorized)
        judged->reason_code = why_unauthorized(root);
      return Conclude{std::move(*judged)};
    }
    if (!is_success(exchange.answer))
      return says_missing(exchange.answer, root) ? conclude(Verdict::rejected, "not_found")
                                                 : Conclude{judge_refusal(exchange.answer)};
    if (root.kind() != json::Kind::object)
      return Conclude{judge_unreadable(write ? Effect::repeatable : Effect::none)};
    if (exchange.step == search_step)
      return after_search(root);
    if (id_.value.empty()) // the attempt began with a search
      id_ = found_in(work_.exchanges.front());
    if (write)
      return read("read_back");
    return exchange.step == "read" ? after_read(root["contact"]) : after_read_back(root["contact"]);
  }

private:
  static NextStep conclude(Verdict verdict, std::string reason, bool read_back = false) {
    Judgement out{verdict, std::move(reason), {}, {}};
    out.read_back = read_back;
    return Conclude{std::move(out)};
  }

  NextStep read(std::string step) const {
    return Send{std::move(step), false,
                request_to(settings_, "GET", "/contacts/" + url_encoded(id_.value), {})};
  }

  /// A record may be there that nobody has told of: one of ours whose answer was lost, or a
  /// person's.
  NextStep search() const {
    const auto& phone = work_.intent.context.get(events::Field::phone);
    const auto& email = work_.intent.context.get(events::Field::email);
    if (phone.empty() && email.empty())
      return conclude(Verdict::rejected, "no_record_there");
    return Send{std::string(search_step), false,
                request_to(settings_, "GET",
                           "/contacts/search/duplicate?locationId="
                               + url_encoded(settings_.get("location_id"))
                               + (phone.empty() ? "&email=" + url_encoded(email)
                                                : "&number=" + url_encoded(phone)),
                           {})};
  }

  NextStep after_search(const json::Value& root) {
    id_ = RemoteId(id_from(root["contact"], {"id"}));
    return id_.value.empty() ? conclude(Verdict::rejected, "no_record_there") : read("read");
  }

  static RemoteId found_in(const Exchange& search) {
    const auto document = json::parse(search.answer.body);
    return RemoteId(document ? id_from(document.value().root()["contact"], {"id"}) : std::string());
  }

  bool wants(Channel channel) const { return has(work_.intent.channels, channel); }

  /// Is the contact as it should be? `permanent` is closed and cannot be opened from outside.
  bool is_as_wanted(const json::Value& contact) const {
    return std::all_of(channel_names.begin(), channel_names.end(), [&](const auto& channel) {
      if (!wants(channel.first))
        return true;
      const auto status = text_of(contact["dndSettings"][channel.second]["status"]);
      const bool closed = status == "active" || status == "permanent";
      return closes_ ? closed : !closed || status == "permanent";
    });
  }

  NextStep done(const json::Value& contact, std::string reason) const {
    const bool for_good =
        std::any_of(channel_names.begin(), channel_names.end(), [&](const auto& channel) {
          return wants(channel.first)
                 && text_of(contact["dndSettings"][channel.second]["status"]) == "permanent";
        });
    return !closes_ && for_good ? conclude(Verdict::rejected, "blocked_there_for_good")
                                : conclude(Verdict::accepted, std::move(reason), true);
  }

  /// Other channels that are open are left out: named as they were read, they would take away what
  /// a person has closed since. Closed ones are named, should the vendor not merge (contract 5.6).
  NextStep write(const json::Value& contact) const {
    JsonObject channels;
    for (const auto& [channel, name] : channel_names) {
      const auto now = contact["dndSettings"][name];
      const auto status = text_of(now["status"]);
      JsonObject setting;
      if (wants(channel) && status != "permanent")
        setting.text("status", closes_ ? "active" : "inactive")
            .text("message", closes_ ? opt_out_note : opt_in_note)
            .text("code", "101");
      else if (status == "active" || status == "permanent")
        setting.text("status", status)
            .text("message", text_of(now["message"]))
            .text("code", text_of(now["code"]));
      else
        continue;
      channels.raw(name, setting.finish());
    }
    return Send{"write", true,
                request_to(settings_, "PUT", "/contacts/" + url_encoded(id_.value),
                           JsonObject().raw("dndSettings", channels.finish()).finish())};
  }

  NextStep after_read(const json::Value& contact) const {
    return is_as_wanted(contact) ? done(contact, "found_as_wanted") : write(contact);
  }

  /// A 2xx is no proof of the write (contract 5.8).
  NextStep after_read_back(const json::Value& contact) const {
    return is_as_wanted(contact) ? done(contact, "accepted")
                                 : conclude(Verdict::unknown, "written_but_not_found_yet");
  }

  const ActionWork& work_;
  const Settings& settings_;
  RemoteId id_; ///< of the record, "" until it is found
  bool closes_;
};

} // namespace

NextStep next_consent_action(const ActionWork& work, const Settings& settings) {
  return Attempt(work, settings).run();
}

} // namespace tidemark::connectors::gohighlevel
