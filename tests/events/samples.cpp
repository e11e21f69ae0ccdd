#include "tests/events/samples.hpp"

namespace tidemark::events::test {
namespace {

using std::chrono::microseconds;

const std::string digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// `first`, 11, 22 ... ff in hex.
Hash16 counted(std::uint8_t first) {
  Hash16 out{first};
  for (std::size_t i = 1; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(i * 0x11);
  return out;
}

const ContactId contact{"c0123456789abcdef0123"};
const DeliveryId delivery{"d0123456789abcdef0123"};
const DeliveryId newer{"dfedcba9876543210fedc"};
const ConnectorName crm{"crm"};
const ConnectorName dialer{"dialer"};
constexpr Timestamp later{microseconds{1'767'607'200'123'456}};

FieldSet every_field() {
  return {{Field::first_name, "Zoë \"Zo\""},
          {Field::last_name, "O'Brien\\Smith"},
          {Field::phone, "+12025550142"},
          {Field::email, "zoe@example.com"},
          {Field::company, "Acme\tGmbH & Söhne"},
          {Field::timezone, "America/New_York"},
          {Field::address_line1, "1 Main St\n2nd floor"},
          {Field::address_city, "東京"},
          {Field::address_state, "NY"},
          {Field::address_postal_code, "00501"},
          {Field::address_country, "US"},
          {Field::source, ""}};
}

VendorAnswer answer() {
  return {503,
          Reason::timeout,
          false,
          "120",
          "application/json",
          70'000,
          digest,
          1'234,
          "Sun, 06 Nov 1994 08:49:37 GMT"};
}
AnswerFacts facts() {
  return {delivery, Position{41}, 3, 1, Reason::vendor_failed, answer(), "DF_ANA_HOT"};
}

std::vector<Event> intake() {
  return {
      WebhookReceived{crm,
                      "texting",
                      VerificationVerdict::stale,
                      "msg_1",
                      true,
                      "application/json",
                      {{"webhook-id", "msg_1"}, {"x-ghl-signature", "c2ln"}},
                      digest,
                      18'446'744'073'709'551'615U,
                      "req-1"},
      WebhookRepeated{Position{7}, crm, 3, later},
      WebhookInterpreted{
          Position{7},
          crm,
          "ContactUpdate",
          {{0,
            0,
            {},
            CommandKind::observe_record,
            contact,
            true,
            {MatchedBy::remote_id, MatchedBy::phone},
            NameMatch::agree},
           {1, 0, Position{6}, CommandKind::observe_record, ContactId{"c1"}}},
          {{Outcome::quarantined, Reason::wrong_type, "A member has a type that it cannot have."}}},
      WebhookReprocessRequested{Position{7},
                                crm,
                                "",
                                true,
                                {{"x-event", "contact"}},
                                later,
                                {CommandKind::observe_record},
                                "the connector was fixed",
                                "ops",
                                "req-1"},
      WebhookMarked{Position{7}, Position{9}, crm, WebhookMark::done, "added by hand", "ops",
                    "req-12"},
  };
}

std::vector<Event> engine() {
  return {
      LogRestored{4, Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 8 / 15}},
                  Position{90}, Position{95}, "the disk died", "restore by ops"},
      EngineStarted{3, "0.1.0", 1, "00112233445566778899aabbccddeeff"},
      ConfigApplied{"merge",
                    {crm, dialer},
                    {{"phone", {crm}}, {"email", {}}},
                    {{crm, "gohighlevel", false, {{"base_url", "http://127.0.0.1"}}, {"token"}}},
                    1,
                    {{{"Interested", {"Hot"}}}, true, "You are opted out.", "Call us."},
                    1'209'600,
                    {true, {"phone", "email"}},
                    {{{"hot.*", TagMatch::regex, dialer, "DF_{agent}_HOT"}},
                     {{"ANA", {"USR1", "ana@example.com"}, "Ana", "agent ana", "501"}},
                     "UNASSIGNED",
                     {{"Nurture", dialer, "7001"}}}},
      TimerDue{"delivery_retry", delivery.value},
      RecoveryPerformed{"cut the torn tail", Position{99}},
  };
}

std::vector<Event> people() {
  return {
      IdentityCardWritten{contact,
                          {{crm, counted(0x00)}},
                          {AddressHash(counted(0xaa))},
                          {AddressHash(counted(0xbb))},
                          {{0xcc, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77}},
                          {AddressHash(counted(0xdd))},
                          ContactId{"c2"},
                          {ContactId{"c1"}}},
      IdentityReviewRequested{
          contact, ContactId{"c1"}, Reason::names_differ, {MatchedBy::phone, MatchedBy::email}},
      ContactObserved{crm,
                      RemoteId{"r-1"},
                      every_field(),
                      "0000000000000000042",
                      true,
                      Outcome::echo_of,
                      Reason::own_write_came_back,
                      delivery,
                      true,
                      std::vector<std::string>{"vip", "new lead"},
                      "u-7",
                      {{Field::phone, Reason::flapping}},
                      {{dialer, Outcome::pending, Reason::update, delivery}},
                      "Ana",
                      "Nurture"},
      ContactChanged{every_field(), crm, {Field::phone}},
      ContactConflictDecided{Field::email,
                             {{crm, PiiText("a@example.com")}, {dialer, PiiText("")}},
                             crm,
                             PiiText("a@example.com"),
                             "A1.6.not_empty"},
  };
}

std::vector<Event> deliveries() {
  return {
      DeliveryIntended{delivery,
                       contact,
                       dialer,
                       Operation::update,
                       RemoteId{"90002"},
                       {{Field::phone, "+12025550142"}},
                       every_field(),
                       Position{7},
                       RemoteId{"90001"}},
      DeliveryDispatched{delivery, Position{41}, 4'294'967'295U, 1, "search", true, digest,
                         Position{43}},
      DeliveryLookedUp{facts(), contact, dialer, RemoteId{"90001"}},
      DeliveryAccepted{facts(),
                       contact,
                       dialer,
                       RemoteId{"90002"},
                       {{Field::email, ""}},
                       true,
                       RemoteId{"90001"}},
      DeliveryRejected{facts()},
      DeliveryUnknown{facts(), later},
      DeliveryRetryScheduled{facts(), Timestamp{microseconds{-1}}, true},
      DeliveryDied{facts()},
      DeliverySuperseded{delivery, Position{41}, newer},
      DeliverySuppressed{delivery, Position{41}, Reason::opted_out, Position{44}},
  };
}

ConsentChanged consent_change() {
  return {Field::phone,
          AddressHash(*hash16_from_hex(digest.substr(0, 32))),
          PiiText("+12025550142"),
          ConsentChange::revoked,
          {Channel::sms, Channel::whatsapp},
          "+13125550117",
          Reason::carried_over,
          Evidence::message_text,
          crm,
          "E6.2@1",
          "person",
          "2026-08-14T19:12:44.900000Z",
          Position{7},
          later,
          AddressHash(*hash16_from_hex(digest.substr(32))),
          Position{5},
          RemoteId("CON00000000000000001")};
}

CallFacts call() {
  return {crm,
          "90000001",
          true,
          "completed",
          PiiText("+12025550142"),
          "+13125550117",
          "501",
          "2026-08-14T17:40:00.000000Z",
          "2026-08-14T17:42:05.000000Z",
          116,
          107,
          "Interested",
          PiiText("https://media.example.com/r"),
          PiiText("https://media.example.com/v"),
          PiiText("hello"),
          PiiText("said hello")};
}

MessageFacts message() {
  return {crm,
          "m-1",
          {"m-2"},
          "conv-1",
          Channel::whatsapp,
          true,
          true,
          PiiText("+12025550142"),
          "+13125550117",
          PiiText("Re: hello"),
          PiiText("Is Thursday \"at\" 10 still open? \u2713"),
          {"https://media.example.com/p.jpg"},
          "2026-08-14T17:05:10.331000Z",
          MessageStatus::failed,
          "40300",
          "Blocked due to STOP message",
          "u-7",
          "ba-1"};
}

std::vector<Event> consent() {
  return {
      consent_change(),
      ConsentRequested{Field::email,
                       PiiText("jane@example.com"),
                       ConsentChange::granted,
                       {Channel::email},
                       "newsletter",
                       Evidence::manual,
                       "asked on the phone",
                       "ops",
                       "2026-08-14T19:12:44.900000Z",
                       Position{9},
                       "req-1"},
      OptOutImported{digest,
                     17,
                     Field::phone,
                     PiiText("+12025550142"),
                     {Channel::sms, Channel::call},
                     "2026-01-05T00:00:00.000000Z",
                     "the registry of June",
                     "ops",
                     "req-4"},
      ContactImported{digest,
                      18,
                      RemoteId("old-crm:77"),
                      {{Field::first_name, "Ada"}, {Field::phone, "+12025550142"}},
                      {"Prospect"},
                      "the customers of June",
                      "ops",
                      "req-5"},
      MessageImported{digest, 19,
                      [] {
                        MessageFacts said;
                        said.source = ConnectorName("old-crm");
                        said.message_id = "SM7";
                        said.inbound = true;
                        said.their_address = PiiText("+12025550142");
                        said.text = PiiText("When do you open?");
                        said.stated_at = "2025-03-04T10:00:00.000000Z";
                        said.status = MessageStatus::delivered;
                        return said;
                      }(),
                      "the texts of the old system", "ops", "req-6"},
      ConsentApplied{ConsentChange::granted,
                     {Channel::call},
                     AddressHash(*hash16_from_hex(digest.substr(0, 32))),
                     crm,
                     Evidence::flag,
                     Position{7},
                     {{dialer, Outcome::pending, Reason::opt_out, delivery}}},
      CommandParked{Position{7},
                    1,
                    CommandKind::observe_call,
                    "aloware contact 90002",
                    {counted(0xaa)},
                    later},
      CommandTimedOut{Position{7},
                      1,
                      CommandKind::observe_call,
                      "aloware contact 90002",
                      {counted(0xaa)},
                      later,
                      1'209'600},
      ParkedReleaseRequested{Position{7}, counted(0xaa), contact, "it is her", "ops", "req-1"},
  };
}

History history() {
  const ContactId other{"c1"};
  return {{{call(),
            4,
            {{"status", "22026-08-14T17:42:05.000000Z"}},
            {"disposed"},
            {{crm, delivery, "Interested", {"recording"}}},
            {dialer},
            other}},
          {{crm,
            {{dialer, "MSG1"}},
            MessageStatus::delivered,
            false,
            true,
            PiiText(digest),
            {{dialer, delivery, later}},
            other}},
          {{crm, "conv-1"}},
          {{dialer, {}, message()}}};
}

Memberships memberships() {
  return {{{dialer, RemoteId{"90002"}, {Field::company}, {Field::email}}},
          {{{crm, RemoteId{"r-1"}, {"hot"}, "USR1", "ana", "New Lead"}},
           {{dialer, RemoteId{"90002"}, "DF_ANA_HOT", delivery, true, true, true}},
           {{dialer, RemoteId{"90002"}, "501", delivery, true, true}},
           {{dialer, RemoteId{"90002"}, "7001", delivery, true, true}}}};
}

std::vector<Event> merging() {
  const ContactId other{"c1"};
  const MovedRecord moved{dialer, RemoteId{"90002"}, false, true, true, every_field(), "42", other};
  const FieldMap<ConnectorName> sources{{Field::phone, crm}};
  return {
      ContactsMergeRequested{contact, other, "the same woman", "ops", "req-1"},
      ContactsUnmergeRequested{contact, other, "her mother", "ops", "req-2"},
      ContactsMerged{contact, other, {MatchedBy::phone}, NameMatch::agree, "the same woman", "ops"},
      ContactsUnmerged{contact, other, {AddressHash(counted(0xaa))}, "her mother", "ops"},
      RecordsReleased{
          contact, false, {moved}, every_field(), sources, {AddressHash(counted(0xaa))}},
      RecordsAdopted{other,
                     true,
                     {moved},
                     every_field(),
                     sources,
                     every_field(),
                     sources,
                     {{dialer, Outcome::pending, Reason::update, delivery}}},
      HistoryReleased{contact, history()},
      HistoryAdopted{other, history()},
      MembershipsReleased{contact, memberships()},
      MembershipsAdopted{other, memberships()},
      ValuesRestored{
          other, every_field(), sources, {{dialer, Outcome::pending, Reason::update, delivery}}},
  };
}

std::vector<Event> activity() {
  return {
      CallObserved{call(), "recording", Outcome::parked, Reason::call_not_complete, {}},
      MessageObserved{message(), Outcome::echo_of, Reason::own_message_came_back, delivery, {}},
      ActionIntended{delivery,
                     contact,
                     dialer,
                     Action::send_message,
                     RemoteId{"90002"},
                     {{Field::phone, "+12025550142"}},
                     {Channel::email},
                     {"vip"},
                     call(),
                     message(),
                     "MSG1",
                     false,
                     true,
                     "conversation",
                     Position{40},
                     Placement{{"DF_ANA_HOT"}, {"DF_ANA_CALL_NOW"}, "ANA", "501", "7001"}},
      ActionAccepted{facts(), contact, dialer, Action::log_call, "MSG1", "CNV1", true},
      SendDecided{delivery, false, Reason::opted_out, "conversation", Channel::sms, Position{43},
                  Position{40}, "gate@2", "2026-08-14T21:30:00", "America/New_York", "contact", 3,
                  "2026-08-15T01:30:00.000000Z", digest, "confirmation"},
  };
}

std::vector<Event> placement() {
  return {
      AppointmentObserved{{crm, "APT1", "CAL1", "confirmed", PiiText("Kitchen survey"),
                           "2026-08-20T14:00:00.000000Z", "2026-08-20T14:45:00.000000Z",
                           "2026-08-14T21:10:00.700000Z", "USR1", true},
                          Outcome::superseded,
                          Reason::older_than_known,
                          {{crm, "ba-1"}}},
      OpportunityObserved{RemoteId("CON1"),
                          {crm, "OPP1", "PIP1", "Kitchens", "STG2", "Follow up", "open", "USR1",
                           "2026-08-16T10:00:26.000000Z", false},
                          Outcome::applied,
                          Reason::recorded,
                          {{dialer, Outcome::pending, Reason::join_list, delivery}}},
      BroadcastObserved{crm, "ba-1", "analytics_updated", "2026-08-14T18:00:00.000000Z"},
      ListsRebuildRequested{dialer, {contact}, "ops"},
      ListsRebuilt{dialer,
                   Outcome::applied,
                   Reason::lists_rebuilt,
                   {{dialer, Outcome::pending, Reason::leave_lists, delivery}}},
      MappingRepairRequested{contact, {dialer}, "her calls are not shown", "ops", "req-4"},
      MappingRepairDecided{Outcome::applied,
                           Reason::repair_begun,
                           {{dialer, Outcome::pending, Reason::create, delivery}}},
      ContactMentioned{crm,
                       Outcome::applied,
                       Reason::recorded,
                       {{dialer, Outcome::pending, Reason::update, delivery}}},
  };
}

std::vector<Event> retries() {
  ActionIntended text;
  text.delivery = delivery;
  text.contact = contact;
  text.target = dialer;
  text.action = Action::send_message;
  text.purpose = "conversation";
  text.repeats = Repetition{{DeliveryId("d00000000000000000001")}, true};
  DeliveryRetryRequested request{delivery, contact, dialer, Position{60}, {},   Position{},
                                 true,     text,    true,   true,         3600, "she asked for it",
                                 "ops",    "req-5"};
  return {
      request,
      DeliveryRetryDecided{delivery,
                           DeliveryId("d00000000000000000002"),
                           Outcome::applied,
                           Reason::retry_begun,
                           {{dialer, Outcome::pending, Reason::send_message, delivery}}},
      DeliveryWrittenOff{delivery, contact, dialer, "told by telephone", "ops", "req-6"},
      BodyRevealed{Position{41}, "a complaint", "ops", "req-10"},
      DeliveryPurged{delivery, contact, dialer, "the system is gone", "ops", "a17-1"},
  };
}

std::vector<Event> bulk() {
  BulkFilter filter;
  filter.state = "dead";
  filter.target = dialer;
  filter.contact = contact;
  filter.reason_code = "timeout";
  filter.connector = "crm";
  filter.kind = "ContactUpdate";
  filter.from = Position{3};
  filter.to = Position{99};
  filter.since = Timestamp(std::chrono::seconds{1'786'719'731});
  const BulkCounts counts{7, 5, {{"is_a_text", 2}}};
  return {
      BulkStarted{"a17-1", "retry", filter, true, 3600, 20, Position{120}, "mended", "ops",
                  "req-7"},
      BulkProgressed{"a17-1", "dead d1", counts},
      BulkEnded{"a17-1", "failed", counts, "at the delivery d2: no reason given"},
  };
}

std::vector<Event> backfill() {
  const BackfillCounts counts{20, 12, 4, 2, 1, 1, 3};
  return {
      BackfillRequested{crm, BackfillKind::reconcile, true, "ops", "req-1"},
      BackfillPageReceived{crm, Position{90}, BackfillKind::reconcile, true, 2,
                           R"(["2026-08-14T15:02:11.480Z","CON1"])", R"([1786719731480,"CON2"])",
                           20, counts, answer()},
      BackfillFinished{crm, Position{90}, BackfillKind::reconcile, true, Reason::unauthorized,
                       counts, 2, R"([1786719731480,"CON2"])"},
      DriftFound{contact, crm, RemoteId{"CON1"}, Drift::repaired, {"company"}, {dialer}, 86'400},
  };
}

std::vector<Event> watch() {
  return {
      DeadlineReached{delivery, contact, dialer, "confirmed_in_2_minutes", later,
                      DeadlineState::settled},
      ViolationFound{AddressHash(*hash16_from_hex(digest.substr(0, 32))), dialer, Channel::sms,
                     delivery, Position{71}, Position{40}, later},
      WatchLooked{Position{90}},
      CallAllowed{PiiText("+12025550142"), later, "asked to be called back", "ops", "req-9"},
      OptOutMarkedByHand{Field::phone,
                         PiiText("+12025550142"),
                         dialer,
                         {contact},
                         Position{71},
                         "set it in the dialer",
                         "ops",
                         "req-9"},
      HandsSettled{{Position{70}, Position{71}}},
  };
}

std::vector<Event> connectors() {
  const Timestamp at{std::chrono::sys_days{std::chrono::year{2026} / 8 / 15}};
  return {
      ConnectorPaused{crm, true, "the CRM is being moved", "ops", "req-2"},
      ConnectorResumed{crm, "it has been moved", "ops", "req-3"},
      ConnectorNoted{crm,
                     "their status page says: calls fail",
                     "https://status.example.com/1",
                     {},
                     "so that all know",
                     "ops",
                     "req-9"},
      ConnectorNoteCleared{crm, "it is over", "ops", "req-10"},
      AgentFlagSet{"jane", Channel::sms, false, {}, "writes to the wrong list", "ops", "req-8"},
      SendingStopped{true, {}, "wrong texts go out", "ops", "req-4"},
      SendingResumed{10, "the template was mended", "ops", "req-5"},
      ConfigReloaded{{"alerts.many"}, {"server.listen"}, "ops", "req-6"},
      LogLevelsSet{{"delivery=debug"}, {}, "ops", "req-7"},
      CredentialSet{crm, "token", "9f3c01aa5b77", "k3y9", {}, "it left the house", "ops", "req-7"},
      CredentialRemoved{crm, "token", "the file has it now", "ops", "req-8"},
      CircuitOpened{crm, Reason::vendor_failed, 5, at},
      CircuitClosed{crm},
      DailyLimitReached{crm, 200'000, at},
      TokenRefreshed{crm, "4e07408562be", true, at},
      TokenRefused{crm, "4e07408562be", Reason::reconnect_needed},
      CredentialChanged{crm, "9f3c01aa5b77", true, CredentialState::refused, 401,
                        Reason::unauthorized, true},
      CustomFieldsChecked{crm,
                          2,
                          {{"lead_source", "CFD1", FieldFault::missing_options, "Web, Phone"}},
                          Reason::none},
  };
}

} // namespace

std::vector<Event> access() {
  const std::string hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  return {
      ApiTokenCreated{"tok_01",
                      "crm-export",
                      Role::api,
                      {"contacts"},
                      true,
                      hash,
                      "9f3c",
                      {},
                      "nightly export",
                      "ada",
                      "req-13"},
      ApiTokenRevoked{"tok_01", "it leaked", "ada", "req-15"},
      UserCreated{"usr_01", PiiText("ada@example.com"), Role::admin, "$argon2id$v=19$m=65536",
                  "she looks after it", "uid 0", "req-18"},
      UserPasswordSet{"usr_01", "$argon2id$v=19$m=65537", "forgotten", "uid 0", "req-19"},
      UserDisabled{"usr_01", "she left", "uid 0", "req-20"},
      UserEnabled{"usr_01", "she is back", "uid 0", "req-21"},
      SessionGranted{"ses_01", "usr_01", true, hash, later, hash, later, "192.0.2.1", "req-22"},
      SessionEnded{"ses_01", SessionEnd::refresh_used_twice, "req-23"},
      PeopleRead{"ada", {{"contact", "c1", 2}}, later, later},
      TenantSuspended{"unpaid", "uid 0", "req-16"},
      TenantResumed{"paid", "uid 0", "req-17"},
      TenantCreated{TenantId("acme"), "Acme Ltd.", "id = 'acme'", "they signed", "uid 0", "req-24"},
      TenantRenamed{TenantId("acme"), "Acme Inc.", "they moved", "uid 0", "req-25"},
      TenantSettingsSet{TenantId("acme"),
                        "public_page = false",
                        {"tenants[acme].public_page"},
                        {"tenants[acme].connectors[crm].timeout_ms"},
                        "they asked",
                        "uid 0",
                        "req-29"},
      TenantDeleteRequested{TenantId("acme"), later, 2, "their system is gone", "they left", "ada",
                            "req-26"},
      TenantDeleteCancelled{TenantId("acme"), "they stay", "ada", "req-27"},
      TenantEnded{TenantId("acme"), 2},
      LimitsSet{TenantId("acme"), 100, {}, 1000, {}, "they ask too much", "ada", "req-28"},
  };
}

std::vector<Event> all_samples() {
  std::vector<Event> all;
  for (auto&& part : {intake(), engine(), people(), deliveries(), consent(), merging(), activity(),
                      backfill(), watch(), connectors(), placement(), retries(), bulk(), access()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

} // namespace tidemark::events::test
