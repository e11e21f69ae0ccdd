#include "projections/table/fold.hpp"
#include "replay-tools/replay/decision_walk.hpp"
#include "tests/simulation/run_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace tidemark::sim {

void Run::check_between() {
  oracle_.read(disk_, net_.bodies());
  oracle_.check_acks(net_.acks());
  oracle_.check_evidence(answers_);
  oracle_.check_announced(requests_);
  check_tables("I2", false);
  for (const auto& people : people_)
    oracle_.check_opt_outs(people->all());
}

/// What left and was answered in the life that ends.
void Run::take_account() {
  for (const auto& [answer, times] : engine_->http().answers())
    answers_[answer] += times;
  for (const auto& [system, times] : engine_->http().requests())
    requests_[system] += times;
}

/// I16: what was answered is what the gateway counted.
void Run::check_counters() {
  using gateway::WebhookOutcome;
  std::uint64_t counted = 0;
  for (const auto outcome :
       {WebhookOutcome::accepted, WebhookOutcome::duplicate, WebhookOutcome::forged,
        WebhookOutcome::stale, WebhookOutcome::shed, WebhookOutcome::refused})
    counted += engine_->gateway().counted(outcome);
  const auto answered = net_.answered() - answered_before_;
  if (counted != answered)
    oracle_.fail("I16", fmt::format("{} webhooks were answered, {} counted", answered, counted));
  out_.coverage.hit("checked.I16", answered > 0 ? 1 : 0);
}

/// I2: each table is what its fold gives, up to its checkpoint.
void Run::check_tables(const char* invariant, bool at_tip) {
  for (const auto& projection : projections::all()) {
    const auto* table = tables_.find(projection.name);
    const auto to = table == nullptr ? Position{} : table->checkpoint;
    if (at_tip && to.value != oracle_.entries().size())
      return oracle_.fail("I25", fmt::format("{} stands at {}, the log at {}", projection.name,
                                             to.value, oracle_.entries().size()));
    if (table == nullptr)
      continue;
    projections::Fold fold({&projection}, hasher_);
    projections::RowBatch batch;
    std::vector<projections::RowBatch*> rows{&batch};
    std::map<std::string, std::string, std::less<>> expected;
    for (const auto& kept : disk_.kept)
      for (const auto& record : kept.group.records) {
        if (record.position > to)
          continue;
        batch.clear();
        if (const auto fed = fold.feed(kept.group.record(record), rows); !fed)
          return oracle_.fail(invariant, fed.error().text);
        for (const auto row : batch)
          if (row.value)
            expected[std::string(row.key)] = std::string(*row.value);
          else
            expected.erase(std::string(row.key));
      }
    if (expected != table->rows)
      return oracle_.fail(
          invariant, fmt::format("{} at {} is not what the log gives", projection.name, to.value));
    out_.coverage.hit("checked.I2", expected.empty() ? 0 : 1);
  }
}

/// I13: every recorded decision comes out again.
void Run::check_decisions() {
  if (options_.bug.is_in_rules)
    return;
  const auto found = tools::walk_decisions(engine_->log(), hasher_, "", {}, 1);
  if (!found)
    return oracle_.fail("I13", found.error().text);
  if (found->differences > 0)
    oracle_.fail(
        "I13", fmt::format("{} of {} decisions differ; first at {}: {} (recorded {}, now {})",
                           found->differences, found->decisions,
                           found->first_difference->position.value, found->first_difference->what,
                           found->first_difference->recorded, found->first_difference->recomputed));
  if (found->not_recomputable > 0)
    oracle_.fail("I13", fmt::format("{} decisions cannot be recomputed", found->not_recomputable));
  out_.coverage.hit("checked.I13", found->recomputed > 0 ? 1 : 0);
}

bool shows_mark(const sandbox::Json& record) {
  const auto sms = record.value("/dndSettings/SMS/status"_json_pointer, std::string("inactive"));
  return sms != "inactive" || record.value("dnd", false);
}

/// A mark that stood at the CRM when the person opted out anew brings no webhook that could go on,
/// so the engine asks people for it.
bool Run::is_left_to_people(const Person& person, const std::string& system) {
  const auto contacts = oracle_.contacts_of(person);
  return std::ranges::any_of(left_by_hand(engine_->gateway(), person.tenant, system),
                             [&](const auto& one) { return contacts.contains(one.contact); });
}

/// When somebody says STOP, every system must stop: GoHighLevel, which has such a mark, shows it,
/// and Verity was told by the webhook about it, or people are asked to.
void Run::check_told(const Person& person) {
  if (!oracle_.is_closed(person) || exemption(person))
    return;
  auto& vendors = *vendors_.at(person.tenant);
  for (const auto& record : records_of(vendors, "gohighlevel", person)) {
    if (!shows_mark(record))
      return oracle_.fail("I11", fmt::format("{} ({}) opted out, but GoHighLevel may still write",
                                             person.name, person.phone));
    out_.coverage.hit("checked.told");
    if (!vendors.settings().echo)
      continue; // it does not tell of marks that we set
    const auto heard = records_of(vendors, "verity", person);
    const bool told = std::any_of(heard.begin(), heard.end(), [&](const auto& one) {
      return one["id"] == record["id"] && shows_mark(one);
    });
    if (!told && !is_left_to_people(person, "verity"))
      return oracle_.fail("I26", fmt::format("{} ({}) opted out, but Verity did not hear of it",
                                             person.name, person.phone));
    out_.coverage.hit(told ? "checked.heard" : "left.unheard");
  }
}

/// Why another outcome than the usual is right for the person; null when none is.
const char* Run::exemption(const Person& person) const {
  if (person.removed)
    return "removed";
  for (const auto& lost : net_.given_up())
    if (lost.tenant == person.tenant && lost.system != "verity" // which says nothing of a record
        && is_about(person, lost.body))
      return "never_told";
  if (oracle_.given_up_about(person))
    return "given_up";
  return oracle_.quarantined_about(person) ? "quarantined" : nullptr;
}

/// I28: whoever got another number in the dialer has no second record there, also where it tells of
/// that late or never.
void Run::check_dialer(const Person& person) {
  if (person.numbers.size() < 2 || person.removed)
    return;
  const auto records = records_of(*vendors_.at(person.tenant), "aloware", person);
  if (records.size() > 1)
    return oracle_.fail("I28", fmt::format("{} ({}) has {} records in the dialer", person.name,
                                           person.phone, records.size()));
  out_.coverage.hit("checked.I28");
}

/// Whoever was added in the system that nobody can ask, and came from elsewhere before it told of
/// them, stands there twice; then somebody is asked. Says whether that is so.
bool Run::has_crossed(const Person& person) {
  static const std::string unasked = "generic";
  const auto records = records_of(*vendors_.at(person.tenant), unasked, person);
  const bool crossed =
      records.size() == 2 && std::ranges::any_of(records, [&](const auto& record) {
        return oracle_.has_crossed(person, unasked, sandbox::text_of(record, "id"));
      });
  if (!crossed)
    return false;
  if (!oracle_.is_in_review(person))
    oracle_.fail("arrived_once", fmt::format("{} ({}) stands twice in {}, and nobody is asked",
                                             person.name, person.phone, unasked));
  out_.coverage.hit("exempt.crossed");
  return true;
}

/// Everybody stands once in every system, unless something that was told to nobody, or refused,
/// says otherwise.
void Run::check_person(const Person& person) {
  out_.coverage.hit("people");
  check_dialer(person);
  if (person.opted_out) { // what was on its way then arrived here and not there
    out_.coverage.hit("exempt.opted_out");
    return check_told(person);
  }
  if (const auto* why = exemption(person))
    return out_.coverage.hit(std::string("exempt.") + why);
  if (has_crossed(person))
    return;
  std::set<std::string> names;
  std::string held; // for people who read this
  for (const auto& system : full_targets()) {
    const auto records = records_of(*vendors_.at(person.tenant), system, person);
    if (records.size() != 1)
      return oracle_.fail("arrived_once", fmt::format("{} ({}) stands {} times in {}", person.name,
                                                      person.phone, records.size(), system));
    const auto& record = records.front();
    if (phone_in(record) != person.phone)
      return oracle_.fail("systems_agree", fmt::format("{} has {}, and {} in {}", person.name,
                                                       person.phone, phone_in(record), system));
    const auto name = sandbox::text_of(record, "first_name");
    names.insert(name.empty() ? sandbox::text_of(record, "firstName") : name);
    held +=
        fmt::format(" {}={}", system, name.empty() ? sandbox::text_of(record, "firstName") : name);
  }
  out_.coverage.hit("checked.arrived_once");
  if (names.size() != 1)
    return oracle_.fail("systems_agree", fmt::format("{} ({}) is called otherwise elsewhere:{}",
                                                     person.name, person.phone, held));
  if (!person.names.contains(*names.begin()))
    return oracle_.fail("I12", fmt::format("{} is called {}", person.phone, *names.begin()));
  out_.coverage.hit("checked.systems_agree", person.edits > 0 ? 1 : 0);
  out_.coverage.hit("checked.same_number", person.numbers.size() > 1 ? 1 : 0);
}

/// I31: a mark that only a person can set in the dialer stays on the list, and in its alert, until
/// somebody has set it, and no longer, whether the dialer told of it or had to be asked.
void Run::check_left_by_hand(const People& people) {
  auto& gateway = engine_->gateway();
  const auto& tenant = people.tenant();
  std::map<std::string, std::string> left; // by contact
  for (const auto& one : left_by_hand(gateway, tenant, "aloware")) {
    if (one.is_about_mail)
      return oracle_.fail("I31",
                          "the dialer writes no mails, but a mark is asked for: " + one.whole);
    left.emplace(one.contact, one.whole);
  }
  const bool any = !left.empty();
  const auto alerts = gateway.ask(tenant, "GET", "/api/v1/alerts", {}).body;
  if (any != (alerts.find("opt-outs that aloware does not hold") != std::string::npos))
    return oracle_.fail("I31", "the list and its alerts do not say the same: "
                                   + (left.empty() ? alerts : left.begin()->second));
  for (const auto& person : people.all()) {
    const auto records = records_of(*vendors_.at(tenant), "aloware", person);
    if (!person.opted_out || records.size() != 1 || exemption(person))
      continue;
    const auto contacts = oracle_.contacts_of(person);
    const auto at =
        std::ranges::find_if(left, [&](const auto& one) { return contacts.contains(one.first); });
    const bool asked = at != left.end();
    const bool marked = records.front().value("is_dnc", false);
    if (marked && asked)
      return oracle_.fail(
          "I31", person.name + " is marked in the dialer, and still on the list: " + at->second);
    if (!marked && !asked && !contacts.empty() && oracle_.is_closed(person))
      return oracle_.fail("I31", person.name + " is marked by nobody, and not on the list");
    out_.coverage.hit(marked ? "checked.marked" : asked ? "checked.left_by_hand" : "left.opened");
  }
}

void Run::check_left_by_hand() {
  for (const auto& people : people_)
    check_left_by_hand(*people);
}

void Run::check_people() {
  for (const auto& people : people_) {
    oracle_.check_opt_outs(people->all());
    for (const auto& person : people->all())
      check_person(person);
  }
}

void Run::check_at_end() {
  oracle_.read(disk_, net_.bodies());
  oracle_.check_acks(net_.acks());
  take_account();
  check_counters();
  oracle_.check_evidence(answers_);
  oracle_.check_announced(requests_);
  oracle_.check_all_ended();
  oracle_.check_hears();
  oracle_.check_tenants();
  check_tables("I2", true);
  check_decisions();
  check_people();
  if (!broken())
    check_left_by_hand();
}

void Run::print_log() const {
  for (const auto& entry : oracle_.entries())
    std::cout << fmt::format("event {} {} {} {} {} {}\n", entry.position, entry.tenant,
                             entry.stream, entry.type, entry.payload.dump(),
                             entry.type == "webhook.received.v1" ? entry.attachment : "");
  for (const auto& ack : net_.acks())
    std::cout << fmt::format("ack {} {} {} {} at {}{}\n", ack.tenant, ack.system, ack.id,
                             ack.body_sha256.substr(0, 8), ack.position.value,
                             ack.duplicate ? " duplicate" : "");
  net_.print();
  for (const auto& lost : net_.given_up())
    std::cout << "never told: " << lost.tenant << " " << lost.body << "\n";
  for (const auto& report : engine_->reports())
    std::cout << "report: " << report << "\n";
}

} // namespace tidemark::sim
