#include "gateway/dispatch.hpp"
#include "tests/gateway/local_house.hpp"
#include "tests/gateway/set_secrets.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <set>
#include <thread>

namespace tidemark::gateway::test::answers_test {
namespace {

using json = nlohmann::ordered_json;
using sample::acme;
using sample::aloware;
using sample::ana;
using sample::ghl;

const ConnectorName crm("crm");
const ContactId twin("cfedcba9876543210fedc");

const std::string imported_file(64, 'a');

/// Something in every table.
struct Filling {
  explicit Filling(House& house) : open(house), story(open.log, open.hasher) {
    open.configuration = &configuration;
    open.log_levels = &levels;
    levels.until = open.clock.now();
    open.secrets = &secrets;
    open.connector_tests = &tests;
    open.open();
    sample::write(open.log, open.hasher);
    story.known();
    story.stop();
    story.confirm();
    story.send("dafter23456789abcdef01");
    fill_calls();
    fill_people();
    fill_conversations();
    fill_deliveries();
    fill_lists();
    fill_reports();
    fill_kinds();
    put(events::note_stream(crm),
        events::ConnectorNoted{crm, "calls fail", "https://status.example.com",
                               events::PlannedEnd{open.clock.now()}, "that all know", "ops", ""});
    put(events::flags_stream(),
        events::AgentFlagSet{"jane", events::Channel::sms, false,
                             events::PlannedEnd{open.clock.now()}, "wrong list", "ops", ""});
    repair = ask_for_repair();
    open.fold();
  }

  Position put(const StreamName& stream, events::Event event, const ContactId& contact = ana) {
    return open.put(stream, std::move(event), {events::contact_tag(contact)});
  }
  Position put(events::Event event, const ContactId& contact = ana) {
    return put(events::contact_stream(contact), std::move(event), contact);
  }

  /// One call that was not to be, one that was wished.
  void fill_calls() {
    const auto input = sample::receive(story.writer(), "no calls");
    auto said = story.statement(events::ConsentChange::revoked, input);
    said.channels = {events::Channel::call};
    story.say(said);
    events::CallObserved placed;
    placed.call.agent = "7";
    const auto closed = story.time_of(input); // the clock stands
    story.allow_call(closed + std::chrono::hours(1));
    story.called("wished", to_rfc3339(closed + std::chrono::seconds(1)), placed);
    story.called("not wished", to_rfc3339(closed + std::chrono::hours(2)), placed);
  }

  /// Events that nothing acts on, and one that is not allowed.
  void fill_kinds() {
    for (const auto reason : {Reason::unknown_event_type, Reason::event_not_allowed}) {
      events::WebhookReceived received;
      received.connector = crm;
      storage::Append append;
      append.tenant = acme;
      append.cause = open.put(events::webhook_stream(crm), received, {});
      append.decider = events::Decider::interpreter;
      events::WebhookInterpreted read{append.cause, crm, "weather", {}, {}};
      read.skipped.push_back({events::Outcome::skipped, reason, "left out"});
      append.events.push_back({events::identity_stream(), read, {}, {}});
      storage::append_and_wait(open.log, std::move(append));
    }
  }

  void fill_people() {
    events::OptOutImported row;
    row.file_hash = imported_file;
    row.line = 7;
    put(events::import_stream(imported_file, "all"), row);
    events::IdentityCardWritten card;
    card.contact = twin;
    put(events::identity_stream(), card, twin);
    put(events::ContactChanged{sample::values(), ghl, {}}, twin);
    put(events::ContactChanged{{{events::Field::phone, "555-1234"}}, ghl, {}},
        ContactId("c00112233445566778899"));
    events::IdentityReviewRequested review{
        ana, twin, Reason::names_differ, {events::MatchedBy::phone}};
    put(events::identity_stream(), review);
    const auto maybe = sample::receive(story.writer(), "please stop?");
    auto said = story.statement(events::ConsentChange::review, maybe);
    said.reason_code = Reason::maybe_opt_out;
    story.say(said);
    events::CommandParked parked;
    parked.input = maybe;
    parked.kind = events::CommandKind::observe_call;
    parked.keys = {Hash16{}};
    parked.since = open.clock.now() - std::chrono::minutes(10);
    put(events::identity_stream(), parked);
    events::CommandTimedOut late;
    late.input = Position{3};
    late.kind = events::CommandKind::observe_call;
    late.since = open.clock.now();
    put(events::identity_stream(), late);
    events::ContactConflictDecided conflict;
    conflict.field = events::Field::email;
    conflict.values = {{crm, PiiText("a@example.com")}, {ghl, PiiText("b@example.com")}};
    conflict.winner = crm;
    conflict.value = PiiText("a@example.com");
    conflict.rule = "A1.6";
    put(conflict);
  }

  void fill_conversations() {
    const ConnectorName verity("verity");
    put(events::broadcast_stream(verity),
        events::BroadcastObserved{verity, "b1", "broadcast_completed", ""});
    events::MessageObserved sent;
    sent.message.source = verity;
    sent.message.message_id = "m1";
    sent.message.broadcast = "b1";
    sent.message.status = events::MessageStatus::delivered;
    sent.message.conversation = "t1";
    sent.message.subject = sent.message.text = PiiText("hello");
    sent.message.stated_at = "2026-01-05T10:00:00Z";
    sent.message.agent = sent.message.error_code = sent.message.error_text = "7";
    put(sent);
    events::ActionIntended shown;
    shown.delivery = DeliveryId("dshown012345678abcdef");
    shown.contact = ana;
    shown.target = ghl;
    shown.action = events::Action::log_message;
    shown.message = sent.message;
    put(shown);
    events::ActionAccepted done;
    done.facts.delivery = shown.delivery;
    done.contact = ana;
    done.target = ghl;
    done.action = shown.action;
    done.result_id = "MSG1";
    done.conversation = "CNV1";
    put(events::delivery_stream(ghl, ana), done);
  }

  void fill_deliveries() {
    const auto stream = events::delivery_stream(crm, ana);
    events::DeliveryIntended intended;
    intended.contact = ana;
    intended.target = crm;
    intended.delivery = DeliveryId("dolder0123456789abcde");
    put(intended);
    events::DeliverySuperseded older;
    older.delivery = intended.delivery;
    older.by = DeliveryId("dnewer0123456789abcde");
    put(stream, older);
    intended.delivery = older.by;
    put(intended);
    events::DeliveryRetryScheduled retry;
    retry.facts.delivery = intended.delivery;
    retry.facts.reason_code = Reason::rate_limited;
    retry.facts.answer.http_status = 429;
    retry.not_before = open.clock.now();
    put(stream, retry);
    intended.delivery = DeliveryId("dfailed123456789abcde");
    put(intended);
    events::DeliveryRejected refused;
    refused.facts.delivery = intended.delivery;
    refused.facts.reason_code = Reason::validation_failed;
    refused.facts.refused = events::Refusal{"phone", "is too short"};
    put(stream, refused);
    events::DeliveryRetryDecided decided{
        intended.delivery, older.by, events::Outcome::applied, Reason::retry_begun, {}};
    put(decided);
    decided.outcome = events::Outcome::no_change;
    decided.reason_code = Reason::already_retried;
    put(decided);
    put(events::admin_stream(),
        events::DeliveryWrittenOff{intended.delivery, ana, crm, "told by telephone", "ops", ""});
  }

  void fill_lists() {
    events::ActionIntended join;
    join.delivery = DeliveryId("djoin01234567890abcde");
    join.contact = ana;
    join.target = aloware;
    join.action = events::Action::join_list;
    join.placement = events::Placement{{"HOT"}, {}, {}, {}, {}};
    put(join);
    events::ActionAccepted joined;
    joined.facts.delivery = join.delivery;
    joined.facts.detail = "HOT";
    joined.contact = ana;
    joined.target = aloware;
    joined.action = join.action;
    put(events::delivery_stream(aloware, ana), joined);
  }

  void fill_reports() {
    const auto now = open.clock.now();
    domain::ConnectorReport report;
    report.tenant = acme;
    report.connector = crm;
    report.oldest = now;
    report.rate_in = 1;
    report.circuit = domain::CircuitState::open;
    report.circuit_since = now;
    report.probe_at = now;
    report.pause = domain::Pause{Position{9}, now, false, "maintenance", "ops"};
    report.pause->planned_end = now;
    report.account.emplace();
    report.account->expires_at = now;
    report.budget.stated.limit = 100;
    report.budget.stated.day_remaining = 5;
    report.budget.stated.day_limit = 500;
    report.budget.stated.day_resets = now;
    report.budget.until = now;
    report.operations.note("create", false, std::chrono::milliseconds{30});
    report.connection.last_success = now;
    report.connection.last_error = {now, Reason::timeout, 0};
    open.health.reports = {report};
    open.health.profiled.limit = 1;
    open.health.profiled.databases = {{"log", 1, 2, 3}};
    open.health.profiled.threads = {{"api", 1, 250}};
  }

  Position ask_for_repair() {
    const auto asked =
        open.post("/api/v1/mappings/repair", R"({"phone":"+12025550142","reason":"no calls"})");
    EXPECT_EQ(asked.status, 202) << asked.body;
    const Position at{json::parse(asked.body).value("position", std::uint64_t{0})};
    events::WebhookInterpreted read_as;
    read_as.webhook = at;
    read_as.commands = {{0, 0, {}, events::CommandKind::repair_mapping, ana}};
    story.writer().decide(at, 0, events::Decider::interpreter, at,
                          {{events::identity_stream(), read_as, {}, {}}});
    events::MappingRepairDecided decided{
        events::Outcome::applied,
        Reason::repair_begun,
        {{aloware, events::Outcome::pending, Reason::create, sample::to_aloware}}};
    story.writer().decide(at, 0, events::Decider::contact, at,
                          {{events::contact_stream(ana), decided, {events::contact_tag(ana)}, {}}});
    return at;
  }

  SetConfiguration configuration;
  SetLogLevels levels;
  SetSecrets secrets;
  SetConnectorTests tests;
  House& open;
  sample::StopStory story;
  Position repair;
};

/// Every answer to GET over tables that are filled, held against the schema of its row.
class Answers : public LocalHouse {
protected:
  /// Targets that lead to the route, with everything in them that it can show.
  std::vector<std::string> targets_of(const Route& route) const {
    const std::string path(route.path);
    const auto filled = [&](const std::string& value) {
      return path.substr(0, path.find('{')) + value
             + path.substr(std::min(path.size(), path.find('}') + 1));
    };
    if (route.name == "contact_state")
      return {filled(ana.value) + "?from=4", filled(ana.value) + "?from=7", filled(ana.value)};
    if (route.name == "contact" || route.name == "timeline" || route.name == "compliance")
      return {filled(ana.value)};
    if (route.name == "action" || route.name == "actions") {
      const auto retry = ended_action(
          R"({"what":"retry","dry_run":true,"filter":{"state":"dead","target":"crm","contact":)"
          R"("c1","reason_code":"refused","since":"2026-01-01T00:00:00Z",)"
          R"("until":"2026-01-02T00:00:00Z"}})");
      const auto reprocess = ended_action(
          R"({"what":"reprocess","dry_run":true,"filter":{"connector":"crm","kind":"x","from":1,)"
          R"("to":2}})");
      const std::string import =
          R"({"what":"import","dry_run":true,"file_hash":")" + std::string(64, 'a') + R"(",)";
      const auto opt_outs = begun_action(import + R"("list":"opt_outs"})");
      const auto contacts = begun_action(import + R"("list":"contacts","source":"old-crm"})");
      return route.name == "action"
                 ? std::vector{filled(retry), filled(reprocess), filled(opt_outs), filled(contacts)}
                 : std::vector{path};
    }
    if (route.name == "tenant")
      return {filled("acme")};
    if (route.name == "delivery")
      return {filled(sample::to_aloware.value)};
    if (route.name == "find")
      return {path + "?id=3", path + "?id=nobody-has-this"};
    if (route.name == "own_token")
      return {path, path + "?connector=crm"};
    if (route.name == "event")
      return {filled("3")};
    if (route.name == "health_component")
      return {filled("log"), filled("gateway")};
    if (route.name == "mapping_repair")
      return {filled(std::to_string(filling.repair.value))};
    if (route.name == "messages")
      return {path + "?contact=" + ana.value, path + "?phone=%2B12025550142&limit=1"};
    if (route.name == "opt_out_import" || route.name == "contact_import"
        || route.name == "message_import")
      return {path + "?file_hash=" + imported_file};
    if (route.name == "explain")
      return {path + "?contact=" + ana.value, path + "?delivery=" + sample::to_aloware.value};
    if (route.name == "may_send")
      return {path + "?address=%2B12025550142", path + "?address=%2B12025550142&channel=call"};
    if (route.name == "opt_out_history")
      return {filled("%2B12025550142")};
    if (route.name == "reviews" || route.name == "parked")
      return {path, path + (route.name == "parked" ? "?state=dead" : "?state=all")};
    if (has_word(route.parameters, "limit"))
      return {path, path + "?limit=1"};
    return {path};
  }

  std::string begun_action(std::string_view body) const {
    const auto started = connect().ask(
        request("POST", "/api/v1/actions", "Content-Type: application/json\r\n", body));
    return json::parse(started.body)["id"];
  }
  /// The id of an action that has ended.
  std::string ended_action(std::string_view body) const {
    auto id = begun_action(body);
    while (json::parse(get("/api/v1/actions/" + id).body)["state"] == "running")
      std::this_thread::yield();
    return id;
  }

  void hold(const json& value, const Schema& schema);
  void hold(const json& value, const Member& member, const std::string& place);

  Filling filling{house()};
  std::set<std::string> held, filled; ///< `schema.member`, and those that had something in them
};

bool is_of(const json& value, MemberType type) {
  switch (type) {
  case MemberType::text:
    return value.is_string();
  case MemberType::time:
    return value.is_string() && from_rfc3339(value.get<std::string>());
  case MemberType::integer:
    return value.is_number_integer();
  case MemberType::number:
    return value.is_number();
  case MemberType::boolean:
    return value.is_boolean();
  case MemberType::object:
  case MemberType::map:
    return value.is_object();
  case MemberType::any:
    return true;
  case MemberType::none:
    break;
  }
  return false;
}

void Answers::hold(const json& value, const Member& member, const std::string& place) {
  if (value.is_null()) {
    EXPECT_TRUE(member.nullable) << place << " is null";
    return;
  }
  if (member.is_list) {
    ASSERT_TRUE(value.is_array()) << place;
    auto item = member;
    item.is_list = item.nullable = false;
    for (const auto& each : value)
      hold(each, item, place);
    return;
  }
  filled.insert(place);
  ASSERT_TRUE(is_of(value, member.type)) << place << ": " << value.dump();
  if (member.type == MemberType::object)
    hold(value, *member.of);
  if (member.type == MemberType::map)
    for (const auto& each : value)
      member.of ? hold(each, *member.of) : hold(each, text(""), place);
}

/// Its members are those of the schema, in its order.
void Answers::hold(const json& value, const Schema& schema) {
  ASSERT_TRUE(value.is_object()) << schema.name << ": " << value.dump();
  std::vector<std::string> wanted, found;
  for (const auto& [name, member] : value.items())
    found.push_back(name);
  for (const auto& member : schema.members) {
    if (member.type == MemberType::none)
      break;
    const auto place = std::string(schema.name) + "." + std::string(member.name);
    held.insert(place);
    if (member.optional && !value.contains(member.name))
      continue;
    wanted.emplace_back(member.name);
    if (value.contains(member.name))
      hold(value[std::string(member.name)], member, place);
  }
  EXPECT_EQ(found, wanted) << schema.name;
}

TEST_F(Answers, HaveTheMembersOfTheirSchema) {
  for (const auto& route : routes()) {
    if (route.method != "GET" || !route.answer)
      continue;
    for (const auto& target : targets_of(route)) {
      const auto reply = get(target);
      ASSERT_EQ(reply.status, 200) << target << ": " << reply.body;
      hold(json::parse(reply.body), *route.answer);
    }
  }
  // Tables that are not filled would hide a member that is wrong. These hold nothing here.
  std::vector<std::string> empty;
  std::set_difference(held.begin(), held.end(), filled.begin(), filled.end(),
                      std::back_inserter(empty));
  EXPECT_THAT(
      empty,
      testing::ElementsAre(
          "action.error", "action.skipped", "alert.resolved_at", "broadcast.conversion_rate",
          "compliance.consent", "conflict.updated", "connector_kinds.allowed_events",
          "consent_statement.alias_of", "consent_statement.found_by", "consent_statement.reason",
          "consent_statement.review", "contact.merged_into", "contact.parts", "contact.tags",
          "contact_import_progress.last_line", "explained_entry.of", "explained_entry.waiting_for",
          "explained_target.held_back", "explanation.elsewhere", "explanation.part_of",
          "explanation.sharing", "mapping_repair.next_step", "mapping_repaired.next_step",
          "may_send.because_of", "may_send.held_by", "may_send.reason_code", "may_send.until",
          "message_import_progress.last_line", "own_token.expires_at", "person_sent.last_at",
          "propagation.done_by_hand", "propagation.forwarded", "propagation.lifted",
          "propagation.mark_seen", "propagation.next_step", "propagation.reason_code",
          "propagation.text", "propagation.via", "refused_signatures.items",
          "restore_hold.restored", "restore_hold.systems", "review.by", "review.decided",
          "review.decision", "tenant.by", "tenant.ends_at", "tenant.reason", "tenant.since",
          "tenant_whole.by", "tenant_whole.created_at", "tenant_whole.created_by",
          "tenant_whole.ends_at", "tenant_whole.needs_restart", "tenant_whole.reason",
          "tenant_whole.settings", "tenant_whole.settings_version", "tenant_whole.since",
          "token.created_at", "token.created_by", "token.expires_at", "token.last_four",
          "token.revoked_at", "token.routes"));
}

} // namespace
} // namespace tidemark::gateway::test::answers_test
