#include "connectors/aloware/parts.hpp"
#include "connectors/aloware/request.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

// Call lists, the owner, sequences (README facts 5 and 6). Lists are made by people and found by
// name; the calls that read them and add to them are those of DF-Middleware, the vendor documents
// none.
namespace tidemark::connectors::aloware {
namespace {

using domain::DeliveryResult;
using domain::DeliveryVerdict;
using events::Action;
using events::Field;

constexpr std::string_view lead_lookup_step = "lookup";
constexpr std::string_view lists_step = "lists";
constexpr std::string_view leave_lists_step = "leave_lists";
constexpr std::string_view join_list_step = "join_list";
constexpr std::string_view owner_step = "set_owner";
constexpr std::string_view leave_sequences_step = "leave_sequences";
constexpr std::string_view join_sequence_step = "join_sequence";

std::string lower(std::string_view text) {
  std::string out(trimmed(text));
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// The account's lists as one answer shows them.
struct CallLists {
  struct One {
    std::string name; ///< in lower case: lists are found by name ignoring case (requirement A1.6)
    std::string id;
    bool on_it = false;
    bool left_before = false; ///< by an earlier attempt, that did not come to joining it again
  };
  std::vector<One> all;
  bool members_shown = true; ///< the answer says who is on which list

  const One* named(std::string_view name) const {
    const auto at =
        std::ranges::find_if(all, [&](const auto& one) { return one.name == lower(name); });
    return at == all.end() ? nullptr : &*at;
  }
};

CallLists lists_in(const json::Value& root, const std::string& contact) {
  CallLists out;
  for (const auto& place : {root, root["data"], root["lists"]})
    for (const auto& list : place.items()) {
      const auto id = list["id"].scalar();
      if (!id)
        continue;
      const auto members = list["contact_ids"];
      out.members_shown &= members.kind() == json::Kind::array;
      const auto ids = members.items();
      const bool on_it =
          std::ranges::any_of(ids, [&](const auto& one) { return one.scalar() == contact; });
      out.all.push_back({lower(list["name"].text().value_or("")), *id, on_it});
    }
  return out;
}

/// One attempt, read from its exchanges: each answer leads to the next request or to the end.
class ListAttempt {
public:
  ListAttempt(const ActionWork& work, const Settings& settings)
      : work_(work), settings_(settings), wanted_(*work.intent.placement),
        phone_(work.intent.context.get(Field::phone)), id_(work.remote_id.value) {}

  NextStep run() {
    return walk(first(), work_.exchanges,
                [&](const Exchange& exchange) { return after(exchange); });
  }

private:
  static NextStep conclude(DeliveryVerdict verdict, Reason reason, std::string detail = {},
                           bool read_back = false) {
    DeliveryResult out{verdict, reason};
    out.detail = std::move(detail);
    out.read_back = read_back;
    return Conclude{std::move(out)};
  }
  NextStep post(std::string_view step, std::string_view path, std::string body) const {
    return Send{std::string(step), true, post_to(settings_, path, std::move(body))};
  }
  bool is(Action action) const { return work_.intent.action == action; }

  NextStep first() const {
    // Beginning a sequence writes to the person: nobody can tell whether it began, so not again.
    // What comes before it, leaving lists and sequences, may be done twice.
    if (is(Action::join_sequence) && work_.unknown_step == join_sequence_step)
      return conclude(DeliveryVerdict::rejected, Reason::outcome_unknown_not_repeated,
                      wanted_.sequence);
    const bool by_number = !is(Action::join_list) && !is(Action::leave_lists);
    if (by_number && phone_.empty())
      return conclude(DeliveryVerdict::rejected, Reason::no_phone);
    // A form writes to whatever record has the number: whose it is, is looked at before.
    if (id_.empty() || is(Action::set_owner))
      return phone_.empty()
                 ? conclude(DeliveryVerdict::rejected, Reason::no_record_there)
                 : Send{std::string(lead_lookup_step), false, contact_lookup(settings_, phone_)};
    return with_id();
  }

  NextStep with_id() const {
    switch (work_.intent.action) {
    case Action::join_list:
    case Action::leave_lists:
      return Send{std::string(lists_step), false, get_from(settings_, "/call-lists", {})};
    case Action::set_owner: {
      auto body = body_with_token(settings_);
      body.text("phone_number", phone_);
      add_id(body, "user_id", wanted_.user);
      body.raw("force_update", "true");
      return post(owner_step, "/webhook/forms", body.finish());
    }
    default:
      return leave_lists();
    }
  }

  NextStep leave_lists() const {
    auto body = body_with_token(settings_);
    add_id(body, "contact_id", id_);
    return post(leave_lists_step, "/webhook/powerdialer-remove-contact-from-lists", body.finish());
  }
  NextStep join(const CallLists::One& list) const {
    auto body = body_with_token(settings_);
    add_id(body, "list_id", list.id);
    body.raw("contact_ids", is_number(id_) ? "[" + id_ + "]" : json_array({id_}));
    return post(join_list_step, "/webhook/powerdialer-add-contact-to-lists", body.finish());
  }
  NextStep leave_sequences() const {
    return post(leave_sequences_step, "/webhook/sequence-disenroll",
                body_with_token(settings_)
                    .text("source", "phone_number")
                    .text("phone_number", phone_)
                    .finish());
  }
  NextStep join_sequence() const {
    auto body = body_with_token(settings_);
    add_id(body, "sequence_id", wanted_.sequence);
    body.raw("force_enroll", "true").text("source", "phone_number").text("phone_number", phone_);
    return post(join_sequence_step, "/webhook/sequence-enroll", body.finish());
  }

  NextStep after(const Exchange& exchange) {
    const auto& answer = exchange.answer;
    const bool looks = exchange.step == lead_lookup_step || exchange.step == lists_step;
    const bool begins = exchange.step == join_sequence_step;
    const auto effect = looks ? Effect::none : begins ? Effect::once : Effect::repeatable;
    if (auto judged = judge_common(answer, effect)) {
      if (judged->verdict == DeliveryVerdict::unknown && !begins)
        judged->verdict = DeliveryVerdict::retry; // done twice, the result is the same
      return Conclude{std::move(*judged)};
    }
    const auto document = json::parse(answer.body);
    if (!is_json(answer) || !document)
      return exchange.step == lists_step || exchange.step == join_list_step
                 ? conclude(DeliveryVerdict::rejected, Reason::lists_not_offered)
                 : Conclude{judge_unreadable(looks ? Effect::none : effect)};
    const auto root = document.value().root();
    if (exchange.step == lead_lookup_step)
      return after_lookup(answer, root);
    if (exchange.step == lists_step)
      return after_lists(answer, root);
    if (exchange.step == leave_lists_step || exchange.step == leave_sequences_step)
      return after_leaving(exchange);
    if (!is_success(answer))
      return refused(answer, exchange.step);
    if (root["error"].stated() || root["errors"].stated())
      return conclude(DeliveryVerdict::rejected, Reason::vendor_says_not_done);
    return exchange.step == join_list_step ? next_join()
                                           : conclude(DeliveryVerdict::accepted, Reason::accepted);
  }

  NextStep refused(const HttpAnswer& answer, std::string_view step) const {
    auto judged = judge_refusal(answer);
    if (step == join_sequence_step && answer.status == 400)
      judged.reason_code = Reason::sequence_refused;
    judged.detail = step == join_sequence_step ? wanted_.sequence : std::string();
    return Conclude{std::move(judged)};
  }

  NextStep after_lookup(const HttpAnswer& answer, const json::Value& root) {
    if (answer.status == 404)
      return conclude(DeliveryVerdict::rejected, Reason::no_record_there);
    if (!is_success(answer))
      return Conclude{judge_refusal(answer)};
    const auto found = contact_in(root)["id"].scalar().value_or("");
    if (found.empty())
      return conclude(DeliveryVerdict::rejected, Reason::no_record_there);
    if (!id_.empty() && found != id_)
      return conclude(DeliveryVerdict::rejected, Reason::address_belongs_to_other_person);
    id_ = found;
    return with_id();
  }

  NextStep after_lists(const HttpAnswer& answer, const json::Value& root) {
    if (answer.status == 404)
      return conclude(DeliveryVerdict::rejected, Reason::lists_not_offered);
    if (!is_success(answer))
      return Conclude{judge_refusal(answer)};
    lists_ = lists_in(root, id_);
    if (is(Action::join_list)) {
      const auto& name = wanted_.lists.front();
      const auto* list = lists_.named(name);
      if (!list)
        return conclude(DeliveryVerdict::rejected, Reason::list_missing, name);
      if (lists_.members_shown && list->on_it)
        return conclude(DeliveryVerdict::accepted, Reason::found_as_wanted, name, true);
      to_join_ = {*list};
      return next_join();
    }
    return plan_leaving();
  }

  /// An earlier attempt may have ended between leaving all lists and joining them again: where it
  /// is on none that it was to leave, it is to be where it was seen then.
  void recall_lists(bool leaves) {
    if (leaves || !lists_.members_shown)
      return;
    for (const auto& exchange : work_.before) {
      if (exchange.step != lists_step || !is_success(exchange.answer))
        continue;
      const auto document = json::parse(exchange.answer.body);
      for (const auto& then :
           document ? lists_in(document.value().root(), id_).all : std::vector<CallLists::One>{})
        for (auto& list : lists_.all)
          if (list.id == then.id && then.on_it && !list.on_it)
            list.left_before = true;
    }
  }

  /// The one call there is takes the contact off every list, so it joins again what it is to stay
  /// on: those of ours, and whatever else it is seen to be on.
  NextStep plan_leaving() {
    const auto is_left = [&](const CallLists::One& list) {
      return std::ranges::any_of(wanted_.lists,
                                 [&](const auto& name) { return lower(name) == list.name; });
    };
    const bool leaves =
        !lists_.members_shown || std::ranges::any_of(lists_.all, [&](const auto& list) {
          return list.on_it && is_left(list);
        });
    recall_lists(leaves);
    for (const auto& name : wanted_.keep)
      if (!lists_.named(name) && missing_.empty())
        missing_ = name;
    for (const auto& list : lists_.all) {
      const bool kept = std::ranges::any_of(
          wanted_.keep, [&](const auto& name) { return lower(name) == list.name; });
      const bool stays = lists_.members_shown && list.on_it;
      if (!is_left(list) && (leaves ? kept || stays : (kept || list.left_before) && !stays))
        to_join_.push_back(list);
    }
    return leaves ? leave_lists() : next_join();
  }

  /// 400 and 404 say that the person was on none; anything else is a refusal.
  NextStep after_leaving(const Exchange& exchange) {
    const auto& answer = exchange.answer;
    if (!is_success(answer) && answer.status != 400 && answer.status != 404)
      return Conclude{judge_refusal(answer)};
    if (is(Action::leave_lists))
      return next_join();
    if (exchange.step == leave_lists_step)
      return leave_sequences();
    return is(Action::join_sequence) ? join_sequence()
                                     : conclude(DeliveryVerdict::accepted, Reason::lists_left);
  }

  NextStep next_join() {
    if (joined_ < to_join_.size())
      return join(to_join_[joined_++]);
    if (!missing_.empty())
      return conclude(DeliveryVerdict::rejected, Reason::kept_list_missing, missing_);
    const bool joins = is(Action::join_list);
    return conclude(DeliveryVerdict::accepted, joins ? Reason::accepted : Reason::lists_left,
                    joins ? wanted_.lists.front() : std::string());
  }

  const ActionWork& work_;
  const Settings& settings_;
  const events::Placement& wanted_;
  std::string phone_, id_;
  CallLists lists_;
  std::vector<CallLists::One> to_join_;
  std::size_t joined_ = 0;
  std::string missing_; ///< a list that the contact is to stay on and that is not there
};

} // namespace

NextStep next_placement_action(const ActionWork& work, const Settings& settings) {
  if (!work.intent.placement
      || (work.intent.action == Action::join_list && work.intent.placement->lists.empty()))
    return Conclude{{DeliveryVerdict::rejected, Reason::bad_request}};
  return ListAttempt(work, settings).run();
}

} // namespace tidemark::connectors::aloware
