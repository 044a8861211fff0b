import {expect, test} from 'vitest'
import {googleProject} from './google-project.ts'

const CONFIG = {projectId: 'mine', appId: '1:2:web:3', apiKey: 'key', messagingSenderId: '2', authDomain: 'a'}
const all = {
  TABWITNESS_FIREBASE_CONFIG: JSON.stringify(CONFIG),
  TABWITNESS_FIREBASE_VAPID_KEY: 'B…',
  GOOGLE_APPLICATION_CREDENTIALS: '/service-account.json',
}

test('[FB75] without config and key nothing goes to Google, whatever credentials are there', () => {
  expect(googleProject({})).toBeNull()
  expect(googleProject({GOOGLE_APPLICATION_CREDENTIALS: '/service-account.json'})).toBeNull()
})

test('[FB75] with all three the page gets that project', () => {
  expect(googleProject(all)).toEqual({projectId: 'mine', page: {firebaseConfig: CONFIG, vapidKey: 'B…'}})
})

test.each([
  [
    {TABWITNESS_FIREBASE_CONFIG: '{}'},
    'needs TABWITNESS_FIREBASE_VAPID_KEY and GOOGLE_APPLICATION_CREDENTIALS too',
  ],
  [
    {TABWITNESS_FIREBASE_VAPID_KEY: 'B'},
    'needs TABWITNESS_FIREBASE_CONFIG and GOOGLE_APPLICATION_CREDENTIALS too',
  ],
  [{...all, GOOGLE_APPLICATION_CREDENTIALS: ''}, 'needs GOOGLE_APPLICATION_CREDENTIALS too'],
  [{...all, TABWITNESS_FIREBASE_CONFIG: '{"projectId":"x"}'}, 'is not the JSON of a Firebase web app'],
  [{...all, TABWITNESS_FIREBASE_CONFIG: 'secret'}, 'is not the JSON of a Firebase web app'],
])('[FB75] half of it is a mistake and is said: %j', (env, sentence) => {
  expect(() => googleProject(env)).toThrow(sentence)
  expect(() => googleProject(env)).not.toThrow('secret')
})
