import './setup.ts'
import { mount } from 'svelte'
import './styles/tokens.css'
import './styles/base.css'
import { connect, desktop, openFileDoor } from './api/connect.ts'
import Main from './App.svelte'
import { App } from './state/app.svelte.ts'
import { keyboard } from './ui/platform.ts'

const target = document.getElementById('window')
if (target === null) throw new Error('index.html has no #window')
const app = new App(connect(), keyboard() === 'mac' ? 'meta' : 'ctrl', desktop(), openFileDoor())
mount(Main, { target, props: { app } })
