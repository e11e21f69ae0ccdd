#include "domain/access/login_guard.hpp"
#include "domain/access/tokens.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::test::users_test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const TenantId acme("acme");
const Timestamp noon{hours(12)};

events::SessionGranted granted(const char* access, const char* refresh, Timestamp at) {
  return {.session = "ses_1",
          .user = "usr_1",
          .renewed = false,
          .access_sha256 = access,
          .access_until = at + access_lasts,
          .refresh_sha256 = refresh,
          .refresh_until = at + refresh_lasts,
          .client = "",
          .request_id = ""};
}

struct People {
  UserBook book;
  void say(const events::Event& event) { evolve(book, acme, event, noon); }
  People() {
    events::UserCreated ada;
    ada.id = "usr_1";
    ada.email = PiiText("ada@example.com");
    ada.role = Role::admin;
    ada.password_hash = "h1";
    say(ada);
    say(granted("a1", "r1", noon));
  }
  RefreshVerdict refresh(const char* hash, Timestamp at = noon) const {
    return look_at_refresh(book, hash, at).verdict;
  }
};

TEST(Users, AreFoundByTenantAndAddress) {
  People people;
  EXPECT_NE(people.book.find(acme, "ada@example.com"), nullptr);
  EXPECT_EQ(people.book.find(TenantId("globex"), "ada@example.com"), nullptr);
  EXPECT_EQ(people.book.find(acme, "bob@example.com"), nullptr);
}

TEST(Users, HaveAnAddressInLowerCase) {
  EXPECT_EQ(*user_name("Ada@Example.COM"), "ada@example.com");
  for (const auto* bad : {"", "ada", "@example.com", "ada@", "a@b@c", "a b@c", "ad\xC3\xA1@c"})
    EXPECT_FALSE(user_name(bad)) << bad;
  EXPECT_FALSE(user_name(std::string(300, 'a') + "@example.com"));
}

TEST(Users, HavePasswordsOfTwelveBytesAtLeast) {
  EXPECT_FALSE(check_password("elevenbytes"));
  EXPECT_TRUE(check_password("twelve bytes"));
  EXPECT_FALSE(check_password(std::string(1025, 'x')));
}

TEST(Sessions, AreRenewedOnceByEachToken) {
  People people;
  EXPECT_EQ(people.refresh("r1"), RefreshVerdict::good);
  EXPECT_EQ(people.refresh("guess"), RefreshVerdict::unknown);
  people.say(granted("a2", "r2", noon));
  EXPECT_EQ(people.refresh("r1"), RefreshVerdict::used_before);
  EXPECT_EQ(people.refresh("r2"), RefreshVerdict::good);
  EXPECT_EQ(people.refresh("r2", noon + refresh_lasts), RefreshVerdict::expired);
}

TEST(Sessions, OfOneThatIsDisabledRenewNothingAndDoNotComeBack) {
  People people;
  people.say(events::UserDisabled{"usr_1", "", "", ""});
  EXPECT_EQ(people.refresh("r1"), RefreshVerdict::disabled);
  people.say(events::UserEnabled{"usr_1", "", "", ""});
  EXPECT_EQ(people.refresh("r1"), RefreshVerdict::unknown);
}

TEST(Sessions, EndWithTheirPasswordAndAtALogout) {
  People people;
  people.say(events::UserPasswordSet{"usr_1", "h2", "", "", ""});
  EXPECT_TRUE(people.book.sessions.empty());
  EXPECT_EQ(people.book.users.at("usr_1").password_hash, "h2");
  people.say(granted("a2", "r2", noon));
  people.say(events::SessionEnded{"ses_1", events::SessionEnd::logout, ""});
  EXPECT_TRUE(people.book.sessions.empty());
}

TEST(Sessions, AreForgottenWhenNothingCanBeDoneWithThem) {
  People people;
  forget_ended(people.book, noon + refresh_lasts - seconds(1));
  EXPECT_EQ(people.book.sessions.size(), 1U);
  forget_ended(people.book, noon + refresh_lasts);
  EXPECT_TRUE(people.book.sessions.empty());
}

void fail(LoginGuard& guard, const char* block, int times, Timestamp at = noon) {
  for (int i = 0; i < times; ++i)
    guard.failed("ada", block, at);
}

TEST(LoginGuards, LockAnAccountForTheBlockThatGuesses) {
  LoginGuard guard;
  fail(guard, "a", 4);
  EXPECT_FALSE(guard.wait("ada", "a", noon));
  fail(guard, "a", 1);
  const auto wait = guard.wait("ada", "a", noon);
  ASSERT_TRUE(wait);
  EXPECT_TRUE(wait->locked);
  EXPECT_EQ(wait->until, noon + minutes(15));
  EXPECT_FALSE(guard.wait("ada", "b", noon)) << "its owner is elsewhere";
  EXPECT_FALSE(guard.wait("bob", "a", noon));
  EXPECT_EQ(guard.locked_until("ada", noon), noon + minutes(15));
  EXPECT_FALSE(guard.wait("ada", "a", noon + minutes(15)));
}

TEST(LoginGuards, OnlySlowWhoIsGuessedAtFromManyPlaces) {
  LoginGuard guard;
  for (const auto* block : {"a", "b", "c"})
    fail(guard, block, 4);
  const auto wait = guard.wait("ada", "of the owner", noon);
  ASSERT_TRUE(wait);
  EXPECT_FALSE(wait->locked);
  EXPECT_EQ(wait->until, noon + seconds(1));
  EXPECT_FALSE(guard.wait("ada", "of the owner", noon + seconds(1)));
}

TEST(LoginGuards, ForgetFailuresAfterASuccessAndAfterAQuarterOfAnHour) {
  LoginGuard guard;
  fail(guard, "a", 4);
  guard.succeeded("ada", "a");
  fail(guard, "a", 4);
  fail(guard, "a", 1, noon + minutes(15));
  EXPECT_FALSE(guard.wait("ada", "a", noon + minutes(15)));
}

TEST(LoginGuards, StayWithinTheirMemory) {
  LoginGuard guard;
  for (std::size_t i = 0; i < LoginGuard::records_max; ++i)
    guard.failed("account " + std::to_string(i), "a", noon + seconds(i % 60));
  fail(guard, "z", 5, noon + minutes(2));
  EXPECT_TRUE(guard.wait("ada", "z", noon + minutes(2)));
}

} // namespace
} // namespace tidemark::domain::test::users_test
