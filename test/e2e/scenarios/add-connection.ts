import type { PlaygroundAddress } from '../../helpers/playground.ts'
import type { DecantWindow } from '../../helpers/window.ts'

/** From the first run: a store by its address and keys, the secret wrong at first; ends with its buckets listed. */
export async function addConnection(window: DecantWindow, store: PlaygroundAddress): Promise<void> {
  const { page } = window
  await window.button('Add a connection…').click()
  const form = page.getByRole('region', { name: 'Connection', exact: true })
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine')
  await form.getByRole('textbox', { name: 'Endpoint' }).fill(store.endpoint)
  await form.getByRole('radio', { name: 'Keys', exact: true }).click()
  await form.getByRole('textbox', { name: 'Access key id' }).fill(store.accessKeyId)
  await form.getByLabel('Secret access key').fill('not-the-secret')
  await window.button('Test').click()
  await form.getByText('The test stopped at step 5 of 8: Signature').waitFor()

  await form.getByLabel('Secret access key').fill(store.secretAccessKey)
  await window.button('Test').click()
  await form.getByText('The test passed').waitFor()
  await page.keyboard.press('Control+s')
  await window.button('Buckets of Mine').waitFor()
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /^Mine/ }).click()
  await window.row('left', 'mine').waitFor()
}
